import { connect, type TcpNetConnectOpts } from 'node:net'
import { HttpSplitter } from './http-splitter.ts'

/** Sends a request to the target over a connection of its own and gives its answer to nobody. `signal` gives it up. */
export function sendAgain(target: TcpNetConnectOpts, request: Buffer, signal: AbortSignal): void {
  const method = request.toString('latin1', 0, request.indexOf(' '))
  const answers = HttpSplitter.answers(() => method)
  const socket = connect({ ...target, signal })
  socket.on('data', chunk => {
    if (answers.push(chunk).some(unit => unit.kind === 'answer' && unit.status >= 200)) socket.destroy()
  })
  // It may come too late for a target that is gone: then nothing came twice.
  socket.on('error', () => socket.destroy())
  socket.write(request)
}
