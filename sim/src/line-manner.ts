/** How one device is connected. Milliseconds, chances of 0 to 1. */
export interface LineManner {
  delayMs: number
  /** Neither side reaches the other; nobody is told. */
  isCut: boolean
  /** Nothing of the device's reaches the nodes, though it hears them; nobody is told. */
  isMute: boolean
  /** Nothing reaches the device, though it is heard; nobody is told. */
  isDeaf: boolean
  /** Bytes a second that the device takes; 0: as many as come. */
  bytesPerSecond: number
  /** An HTTP request, or its answer, is lost. */
  loss: number
  /** An HTTP request arrives twice. */
  repeat: number
  /** An HTTP call is delayed beyond others, cut off in its answer, or answered by what stands between. */
  oddity: number
}

/** A line on which nothing is wrong. */
export const GOOD_LINE = {
  ...{ isCut: false, isMute: false, isDeaf: false },
  ...{ bytesPerSecond: 0, loss: 0, repeat: 0, oddity: 0 },
} as const satisfies Omit<LineManner, 'delayMs'>
