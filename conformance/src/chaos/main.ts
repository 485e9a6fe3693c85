import { parseArgs } from 'node:util'
import { ChaosProxy, type Fault } from './proxy.ts'
import { type Odds, seeded } from './script.ts'

const HELP = `npm run chaos -- --target http://127.0.0.1:8080 [options]     a bad network before a server

  --target <url>       base URL of the server, http only (default http://127.0.0.1:8080)
  --port <port>        where to listen on 127.0.0.1 (default: any free port, printed)
  --seed <number>      the same seed does the same to the same traffic (default 1)
  --delay <ms[-ms]>    each request, answer and frame takes 0 to <ms>, or from-to, milliseconds
  --cut <chance>       of each, from 0 to 1: the connection ends behind some byte of it, by RST or FIN
  --silence <chance>   the same, and nobody is told: half-open
  --lose <chance>      of each HTTP answer: it is lost with its connection
  --repeat <chance>    of each message and request that goes up: it arrives twice
  --swap <chance>      of each: it changes places with one of another connection
  --drip <chance>      of each up to 1,500 bytes: it comes byte by byte
  --quiet              print the address only, not what is done`

const CHANCES = ['cut', 'silence', 'lose', 'repeat', 'swap', 'drip'] as const

const NONE_UNLESS_TOLD = { type: 'string', default: '0' } as const

function chanceOf(name: string, text: string): number {
  const chance = Number(text)
  if (!(chance >= 0 && chance <= 1)) throw new Error(`unable to use --${name} ${text}; it is a chance from 0 to 1`)
  return chance
}

function wholeOf(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`unable to use --${name} ${text}; it is a whole number`)
  return Number(text)
}

/** `50` is from 0 to 50, `20-80` is from 20 to 80. */
function delayOf(text: string): NonNullable<Odds['delayMs']> {
  const [first = '', second] = text.split('-')
  const from = second === undefined ? 0 : wholeOf('delay', first)
  const to = wholeOf('delay', second ?? first)
  if (from > to) throw new Error(`unable to use --delay ${text}; it ends before it begins`)
  return { from, to }
}

/** One line for each fault but delays, which everything has. */
function tell({ connection, direction, unit, nth, action }: Fault): void {
  const { kind, ...how } = action
  if (kind === 'delay') return
  const details = Object.entries(how).map(([name, value]) => ` ${name}=${value}`)
  process.stdout.write(`connection ${connection} ${direction} ${unit} ${nth}: ${kind}${details.join('')}\n`)
}

function valuesOf() {
  try {
    return parseArgs({
      options: {
        target: { type: 'string', default: 'http://127.0.0.1:8080' },
        port: NONE_UNLESS_TOLD,
        seed: { type: 'string', default: '1' },
        delay: NONE_UNLESS_TOLD,
        cut: NONE_UNLESS_TOLD,
        silence: NONE_UNLESS_TOLD,
        lose: NONE_UNLESS_TOLD,
        repeat: NONE_UNLESS_TOLD,
        swap: NONE_UNLESS_TOLD,
        drip: NONE_UNLESS_TOLD,
        quiet: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new Error(`unable to read the options; ${messageOf(error).split('\n')[0]}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Runs a proxy until it is told to end (SIGINT, SIGTERM). */
async function main(): Promise<void> {
  const values = valuesOf()
  if (values.help) {
    process.stdout.write(`${HELP}\n`)
    return
  }
  const chances = Object.fromEntries(CHANCES.map(name => [name, chanceOf(name, values[name])]))
  const script = seeded(wholeOf('seed', values.seed), { ...chances, delayMs: delayOf(values.delay) })
  const proxy = await ChaosProxy.start(values.target, {
    script,
    port: wholeOf('port', values.port),
    ...(!values.quiet && { onFault: tell }),
  })
  process.stdout.write(`listening on ${proxy.url} before ${values.target}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void proxy.close())
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = 1
}
