/**
 * One end of a line between two threads: what is posted here arrives at the other end whole, once, in the order posted, as
 * long as both live. A message is what the structured clone algorithm takes; within one, what was one object is one again.
 */
export interface Port {
  post(message: unknown): void
  /** Calls `listener` with each message from now on. Once for each port. */
  listen(listener: (message: unknown) => void): void
  close(): void
}

/** The part of a `MessagePort` or a `Worker` of `node:worker_threads` that is used. */
interface NodePort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

/** A port over that of a thread. `close`: what ends it. */
export function portOf(node: NodePort, close: () => void): Port {
  return {
    post: message => node.postMessage(message),
    listen: listener => void node.on('message', listener),
    close,
  }
}
