import fc from 'fast-check'

/** Values that somebody careless would not expect where others stand. */
const ODD: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 64, Number.MAX_VALUE],
  ...['', ' ', '\u0000', '\ud800', '\udfff', '\u202e', '\ufeff', 'x'.repeat(65), 'x'.repeat(300), '🚢'.repeat(3_000)],
  ...['__proto__', 'constructor', 'toString', '../..', "' OR 1=1 --", '%', '*', 'none', '1', 'NaN', '[object Object]'],
  ...[
    [],
    {},
    [[]],
    [null],
    { $ne: null },
    { toString: 'x' },
    { length: 1e9 },
    Object.fromEntries([['__proto__', { polluted: 1 }]]),
  ],
]

const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'type',
  'ref',
  'roomId',
  'seq',
  'content',
  'rooms',
  'userIds',
  '',
  'x'.repeat(100),
]

type Path = readonly (string | number)[]

/** Every place in a value that can be put something else, the whole of it first. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))]
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value)
}

/** `value` with what is at `path` made another by `change`; undefined takes it away. */
function changedAt(value: unknown, path: Path, change: (inner: unknown) => unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return change(value)
  const entries = Object.entries(value as object).flatMap(([name, inner]): [string, unknown][] => {
    if (name !== String(key)) return [[name, inner]]
    const changed = changedAt(inner, rest, change)
    return changed === undefined ? [] : [[name, changed]]
  })
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}

const edit = fc.record({
  how: fc.constantFrom(
    'alike',
    'alike',
    'alike',
    'alike',
    'odd',
    'take',
    'other',
    'wrap',
    'key',
    'repeat',
    'deep',
    'number',
  ),
  where: fc.nat(),
  odd: fc.constantFrom(...ODD),
  key: fc.constantFrom(...KEYS),
  number: fc.oneof(fc.integer(), fc.double()),
  from: fc.nat(),
})
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

/** One value of a place: what it was, made into something else. */
function changeOf({ how, odd, key, number, from }: Edit, others: readonly unknown[]): (inner: unknown) => unknown {
  switch (how) {
    case 'odd':
      return () => odd
    // What passes for it at first sight.
    case 'alike':
      return inner => {
        const alike = ODD.filter(other => typeof other === typeof inner)
        return typeof inner === 'number' && from % 2 === 0 ? number : alike[from % Math.max(1, alike.length)]
      }
    case 'take':
      return () => undefined
    case 'other': {
      const other = others[from % Math.max(1, others.length)]
      const places = placesOf(other)
      return () => valueAt(other, places[from % places.length] ?? [])
    }
    case 'wrap':
      return inner => (from % 2 === 0 ? [inner, inner] : Object.fromEntries([[key, inner]]))
    case 'key':
      return inner =>
        typeof inner === 'object' && inner !== null && !Array.isArray(inner)
          ? Object.fromEntries([...Object.entries(inner), [key, odd]])
          : { [key]: inner }
    case 'repeat':
      return inner =>
        typeof inner === 'string' ? inner.repeat(from % 50) : Array.from({ length: from % 50 }, () => inner)
    case 'deep':
      return inner => Array.from({ length: from % 500 }).reduce<unknown>(nested => [nested], inner)
    case 'number':
      return () => number
  }
}

/** A value of `corpus`, with some of its fields, types and lengths made others. */
export function changedValues(corpus: readonly unknown[]): fc.Arbitrary<unknown> {
  const edits = fc.array(edit, { maxLength: 3 })
  return fc.tuple(fc.constantFrom(...corpus), edits).map(([value, all]) =>
    all.reduce((changed: unknown, one) => {
      // The whole of it seldom: a message that is no frame ends everything.
      const [whole = [], ...places] = placesOf(changed)
      const path = one.where % 20 === 0 ? whole : (places[one.where % Math.max(1, places.length)] ?? whole)
      return changedAt(changed, path, changeOf(one, corpus)) ?? null
    }, value),
  )
}

const byteEdit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  /** Null: as many as are put in, so that what follows stays where it was. */
  drop: fc.option(fc.nat({ max: 16 }), { freq: 1 }),
  put: fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc.constantFrom('"', '\\', '{', '[', '\\u0000', '\u00ff').map(text => Buffer.from(text)),
  ),
})

/** Bytes, with some of them others, left out or put in. */
export function changedBytes(bytes: fc.Arbitrary<Uint8Array>, most: number): fc.Arbitrary<Buffer> {
  return fc.tuple(bytes, fc.array(byteEdit, { maxLength: most })).map(([whole, edits]) =>
    edits.reduce((changed: Buffer, { at, drop, put }) => {
      const from = Math.floor(at * changed.length)
      return Buffer.concat([changed.subarray(0, from), put, changed.subarray(from + (drop ?? put.length))])
    }, Buffer.from(whole)),
  )
}

/** What a client might send that is not quite right in its head, made of what a right one sends. */
export function changedMessages(texts: readonly string[]): fc.Arbitrary<Buffer> {
  const values = changedValues(texts.map(text => JSON.parse(text) as unknown))
  const written = fc.oneof(
    { weight: 4, arbitrary: values },
    { weight: 2, arbitrary: fc.array(values, { maxLength: 6 }) },
  )
  const bytes = written.map(value => Buffer.from(JSON.stringify(value)))
  return fc.oneof({ weight: 4, arbitrary: changedBytes(bytes, 0) }, { weight: 1, arbitrary: changedBytes(bytes, 3) })
}
