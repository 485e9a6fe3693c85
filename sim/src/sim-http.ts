import type { Coverage } from './coverage.ts'
import type { LineManner } from './line-manner.ts'
import type { SimNode } from './sim-node.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimTime } from './sim-time.ts'

/** What HTTP calls of one page go through. */
export interface HttpParts {
  readonly time: SimTime
  readonly random: SimRandom
  readonly coverage: Coverage
  readonly network: { pick(): SimNode | null }
  readonly manner: LineManner
}

/** How late is what is late, in milliseconds on average: often later than a client waits. */
const LATE_MS = 30_000
/** What stands between says that it reached nobody, in a page of its own. */
const GATEWAY_PAGE = '<html><body><h1>502 Bad Gateway</h1></body></html>'

type Oddity = 'late request' | 'late answer' | 'answer cut' | 'body cut' | 'gateway before' | 'gateway behind'
/** Those that befall the answer. */
const BEHIND: ReadonlySet<Oddity> = new Set(['late answer', 'answer cut', 'body cut', 'gateway behind'])
const ODDITIES: readonly Oddity[] = [
  'late request',
  'late answer',
  'answer cut',
  'body cut',
  'gateway before',
  'gateway behind',
]

/** HTTP as a page has it: a call may be lost on either way, arrive twice, overtake another, and be answered by others than the node. */
export class SimHttp {
  readonly #parts: HttpParts

  constructor(parts: HttpParts) {
    this.#parts = parts
  }

  /** One call, as `fetch` makes it: it rejects when it did not go through, or when whoever asked waits no longer. */
  readonly fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const aborted = Promise.withResolvers<never>()
    init?.signal?.addEventListener('abort', () => aborted.reject(new TypeError('the call was given up')))
    return Promise.race([this.#call(input, init), aborted.promise])
  }

  async #call(input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
    const { time, random, network, coverage, manner } = this.#parts
    // Whether whoever asked still waits is nothing that a node learns of; and what it would hold on to is a world that is over.
    const { signal: _, ...request } = init ?? {}
    const oddity = manner.oddity > 0 && random.chance(manner.oddity) ? random.pick(ODDITIES) : null
    await time.wait(this.#delay())
    if (oddity === 'late request') await time.wait(random.exponential(LATE_MS))
    const node = network.pick()
    if (node === null || manner.isCut || manner.isMute || random.chance(manner.loss)) {
      coverage.saw('request lost')
      throw failure()
    }
    // Not before: what reaches nobody is neither late nor answered by others.
    if (oddity === 'late request' || oddity === 'gateway before') coverage.saw(oddity)
    if (oddity === 'gateway before') return new Response(GATEWAY_PAGE, { status: 502 })
    if (random.chance(manner.repeat)) {
      coverage.saw('request that arrived twice')
      time.after(this.#delay(), () => void node.fetch(input, request).catch(() => {}))
    }
    const response = await node.fetch(input, request)
    const text = response.status === 204 ? null : await response.text()
    await time.wait(this.#delay())
    if (oddity === 'late answer') await time.wait(random.exponential(LATE_MS))
    if (manner.isCut || manner.isDeaf || random.chance(manner.loss)) {
      coverage.saw('answer lost')
      throw failure()
    }
    if (oddity !== null && BEHIND.has(oddity)) coverage.saw(oddity)
    if (oddity === 'gateway behind') return new Response(GATEWAY_PAGE, { status: 502 })
    const length = oddity === 'answer cut' || oddity === 'body cut' ? random.int(0, (text?.length ?? 1) - 1) : null
    const body = length === null || text === null ? text : cut(text, length, oddity === 'body cut')
    return new Response(body, { status: response.status })
  }

  #delay(): number {
    return this.#parts.random.exponential(this.#parts.manner.delayMs)
  }
}

/** The first `length` units of a text, as if they were all; or, where the connection breaks, with the failure that tells. */
function cut(text: string, length: number, breaks: boolean): BodyInit {
  const begun = text.slice(0, length)
  if (!breaks) return begun
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(begun))
      controller.error(new TypeError('terminated'))
    },
  })
}

/** In the words of `fetch`. */
function failure(): TypeError {
  return new TypeError('fetch failed')
}
