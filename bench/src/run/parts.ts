/**
 * What a function's time is for, by how a profile describes it (its name, then its file); the first that fits. Functions of C++ that JavaScript
 * calls have no file: then the name has to say it.
 */
const PARTS: readonly (readonly [part: string, RegExp])[] = [
  ['the transaction, with its wait for the disk', /^#committed .*sqlite-store/],
  ['rows: what is read and written of the database', /better-sqlite3|server\/src\/log\/sqlite\//],
  ['deciding about commands, the order of the log', /server\/src\/log\//],
  ['writes to sockets', /^(writev|writeBuffer|writeUtf8String|writeLatin1String|writeAsciiString)$/],
  ['posts between threads: copying, calling', /^postMessage|messageport|internal\/worker|server\/src\/workers\//],
  ['collecting garbage', /^\(garbage collector\)$/],
  ['compressing', /processChunkSync|[Dd]eflate|^writeSync$/],
  ['tokens, hashes', /crypto|jose|server\/src\/auth\/|crc32|^(hash|digest|Hmac)$/],
  ['handshakes and HTTP', /undici|hono|_http|server\/src\/http\/|session\/upgrade|websocket-server|listener\.ts/],
  ['frames: parsing, checking, queueing', /packages\/protocol|server\/src\/transport\/|ws\/lib\//],
  ['sessions, rooms, presence', /server\/src\/(session|room|people|inbox|bus)\/|server\/src\/signals/],
  ['sockets and streams of Node', /node:net|internal\/(stream|streams|net)|node:stream/],
  [
    'timers, callbacks and promises of Node',
    /internal\/(timers|process|async|linkedlist|priority)|node:events|^runMicrotasks$/,
  ],
  ['Node itself, outside of functions: the loop, what comes by a socket or a port', /^\(program\)$/],
]
const REST = 'the rest'

/** The part that a function belongs to. */
export function partOf(what: string): string {
  return PARTS.find(([, pattern]) => pattern.test(what))?.[0] ?? REST
}
