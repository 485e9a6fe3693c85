import { registerHooks } from 'node:module'

/** Text that is there exactly once in a source of the product, and what stands in its place. */
export interface Plant {
  /** The source, from the root of the repository. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** What a server's process is told to plant, as JSON: it is no setting of the product, which knows nothing of it. */
const plants = JSON.parse(process.env.PLANTED ?? '[]') as readonly Plant[]

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const here = plants.filter(plant => url.endsWith(`/${plant.file}`))
    if (here.length === 0) return loaded
    return { ...loaded, source: here.reduce(planted, String(loaded.source)) }
  },
})

function planted(source: string, { file, find, replace }: Plant): string {
  const [before, after, ...more] = source.split(find)
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`unable to plant in ${file}; its text is not there exactly once`)
  }
  return before + replace + after
}
