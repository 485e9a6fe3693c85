/** The one size and look of all plots. */
export const WIDTH = 720
export const HEIGHT = 400
export const AREA = { left: 84, top: 56, right: 190, bottom: 56 } as const
const FONT = 'font-family="system-ui, sans-serif"'

/** The colours of a plot, each of which stands out from the paper by 4.5 to 1 at least. */
interface Colours {
  readonly paper: string
  readonly ink: string
  readonly faint: string
  readonly grid: string
  readonly series: readonly string[]
}
const LIGHT: Colours = {
  paper: '#ffffff',
  ink: '#1f2328',
  faint: '#57606a',
  grid: '#d8dee4',
  series: ['#1f6feb', '#c2410c', '#4d7c0f', '#7e22ce', '#0e7490', '#a16207', '#be185d'],
}
/** Where the reader's system is dark, the page around the plot is too. */
const DARK: Colours = {
  paper: '#0d1117',
  ink: '#e6edf3',
  faint: '#9198a1',
  grid: '#2b313a',
  series: ['#58a6ff', '#fb923c', '#a3e635', '#d2a8ff', '#22d3ee', '#facc15', '#f9a8d4'],
}

/** A part is drawn or filled by the class of its colour: that of a name, or of a series by its number. */
type Colour = 'paper' | 'ink' | 'faint' | 'grid' | `s${number}`

function colourOf(i: number): Colour {
  return `s${i % LIGHT.series.length}`
}

function rulesOf({ series: colours, ...named }: Colours): string {
  const all = [...Object.entries(named), ...colours.map((colour, i) => [`s${i}`, colour] as const)]
  return all.map(([name, colour]) => `.${name}{fill:${colour}}.${name}-line{stroke:${colour};fill:none}`).join('')
}

const STYLE = `<style>${rulesOf(LIGHT)}@media(prefers-color-scheme:dark){${rulesOf(DARK)}}</style>`

export interface Point {
  readonly x: number
  readonly y: number
}

/** A mark on an axis: where, and what it says. */
export interface Tick {
  readonly at: number
  readonly label: string
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const px = (value: number) => value.toFixed(1)

interface TextStyle {
  readonly size?: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly colour?: Colour
  readonly bold?: boolean
}

export function textAt({ x, y }: Point, text: string, style: TextStyle = {}): string {
  const { size = 12, anchor = 'start', colour = 'ink', bold = false } = style
  const weight = bold ? ' font-weight="600"' : ''
  return `<text x="${px(x)}" y="${px(y)}" font-size="${size}" text-anchor="${anchor}" class="${colour}"${weight}>${escaped(text)}</text>`
}

function line(from: Point, to: Point, colour: Colour = 'grid'): string {
  return `<line x1="${px(from.x)}" y1="${px(from.y)}" x2="${px(to.x)}" y2="${px(to.y)}" class="${colour}-line"/>`
}

/** A series: its line, and a dot on each point, each series of another shape for those who do not see its colour. */
export function series(points: readonly Point[], i: number): string {
  const path = points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join(' ')
  const dots = points.map(point => dot(point, i)).join('')
  return `<path d="${path}" class="${colourOf(i)}-line" stroke-width="2"/>${dots}`
}

/** Shapes of dots, as paths around a place: a disc, a square, triangles up and down, a rhombus, an upright cross and one that lies. */
const DOTS: readonly string[] = [
  'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z',
  'm-4 -4h8v8h-8z',
  'm0 -5l5 9h-10z',
  'm0 5l5 -9h-10z',
  'm0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z',
  'm-1.5 -5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z',
  'm-4.5 -2.4l2.1 -2.1l2.4 2.4l2.4 -2.4l2.1 2.1l-2.4 2.4l2.4 2.4l-2.1 2.1l-2.4 -2.4l-2.4 2.4l-2.1 -2.1l2.4 -2.4z',
]

function dot({ x, y }: Point, i: number): string {
  return `<path d="M${px(x)} ${px(y)}${DOTS[i % DOTS.length]}" class="${colourOf(i)}"/>`
}

/** A bar that lies, from the left edge of the area on. */
export function bar(y: number, length: number, thickness: number, i: number): string {
  return `<rect x="${AREA.left}" y="${px(y)}" width="${px(Math.max(1, length))}" height="${px(thickness)}" class="${colourOf(i)}"/>`
}

/** The whole picture: it says what it is, above and to those who cannot see it. */
export function picture(title: string, subtitle: string, parts: readonly string[], height = HEIGHT): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" ${FONT}>`
  return [
    head,
    `<title>${escaped(title)}</title>`,
    STYLE,
    `<rect width="${WIDTH}" height="${height}" class="paper"/>`,
    textAt({ x: 20, y: 26 }, title, { size: 16, bold: true }),
    textAt({ x: 20, y: 44 }, subtitle, { colour: 'faint' }),
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

/** Both axes with their marks and lines. Ticks are in pixels of the picture. */
export function axes(xTicks: readonly Tick[], yTicks: readonly Tick[], xLabel: string): readonly string[] {
  const [left, right, bottom] = [AREA.left, WIDTH - AREA.right, HEIGHT - AREA.bottom]
  return [
    ...yTicks.map(({ at }) => line({ x: left, y: at }, { x: right, y: at })),
    ...yTicks.map(({ at, label }) => textAt({ x: left - 8, y: at + 4 }, label, { anchor: 'end', colour: 'faint' })),
    line({ x: left, y: bottom }, { x: right, y: bottom }, 'faint'),
    ...xTicks.map(({ at, label }) => textAt({ x: at, y: bottom + 18 }, label, { anchor: 'middle', colour: 'faint' })),
    textAt({ x: (left + right) / 2, y: HEIGHT - 14 }, xLabel, { anchor: 'middle', colour: 'faint' }),
  ]
}

/** The name of each series at its line's end, moved apart where they would lie on one another, and up where they would leave the plot. */
export function endLabels(
  ends: readonly { readonly y: number; readonly label: string; readonly i: number }[],
): readonly string[] {
  const LINE = 16
  const x = WIDTH - AREA.right + 12
  const sorted = ends.toSorted((a, b) => a.y - b.y)
  let lowest = Number.NEGATIVE_INFINITY
  const places = sorted.map(({ y }) => {
    lowest = Math.max(y + 4, lowest + LINE)
    return lowest
  })
  let highest = HEIGHT - AREA.bottom + LINE
  for (let i = places.length - 1; i >= 0; i--) {
    highest = Math.min(places[i] ?? 0, highest - LINE)
    places[i] = highest
  }
  return sorted.map(({ label, i }, at) => textAt({ x, y: places[at] ?? 0 }, label, { colour: colourOf(i), bold: true }))
}
