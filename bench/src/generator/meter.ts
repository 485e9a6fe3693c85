import { familyOf, type Usage, usageOf } from './usage.ts'

/** Processor time as parts of a core, and memory in bytes, over a stretch of time. NaN for a server whose process is not known. */
export interface Load {
  readonly seconds: number
  readonly serverCores: number
  readonly serverBytes: number
  /** What the server needs beside it: databases. */
  readonly backendCores: number
  readonly backendBytes: number
  readonly generatorCores: number
}

/** The processes of a server: its own, and those of its databases; all they have started count with them. */
export interface ServerPids {
  readonly server: readonly number[]
  readonly backends: readonly number[]
}

interface Reading {
  readonly at: number
  readonly server: Usage
  readonly backends: Usage
  readonly generator: Usage
}

/** Measures what a stretch of time costs everybody. */
export class Meter {
  readonly #pids: ServerPids
  readonly #from: Reading

  constructor(pids: ServerPids) {
    this.#pids = pids
    this.#from = this.#read()
  }

  stop(): Load {
    const [from, to] = [this.#from, this.#read()]
    const seconds = (to.at - from.at) / 1_000
    const cores = (part: (reading: Reading) => Usage) => (part(to).cpuSeconds - part(from).cpuSeconds) / seconds
    const isKnown = this.#pids.server.length > 0
    return {
      seconds,
      serverCores: isKnown ? cores(reading => reading.server) : Number.NaN,
      serverBytes: to.server.residentBytes,
      backendCores: cores(reading => reading.backends),
      backendBytes: to.backends.residentBytes,
      generatorCores: cores(reading => reading.generator),
    }
  }

  #read(): Reading {
    const family = (pids: readonly number[]) => usageOf(pids.flatMap(familyOf))
    return {
      at: performance.now(),
      server: family(this.#pids.server),
      backends: family(this.#pids.backends),
      generator: usageOf([process.pid]),
    }
  }
}
