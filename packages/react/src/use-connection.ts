'use client'

import type { ConnectionStatus } from '@holdfast/client'
import { useHoldfast } from './provider.tsx'
import { SERVER_CONNECTION } from './server-views.ts'
import { useReadable } from './use-readable.ts'

/** How the connection stands. `describeConnection` of `@holdfast/client` turns it into words. */
export function useConnection(): ConnectionStatus {
  return useReadable(useHoldfast().connection, onServer)
}

const onServer = () => SERVER_CONNECTION
