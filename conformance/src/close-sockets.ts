import { afterAll } from 'vitest'
import { closeAllSockets } from './socket.ts'

afterAll(closeAllSockets)
