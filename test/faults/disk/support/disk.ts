import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { GrowingBytes } from './growing-bytes.ts'
import type { Seeded } from './random.ts'
import type { Change } from './recording.ts'

/** A disk writes whole sectors: half a sector is never there. */
const SECTOR_BYTES = 512

/** What becomes of a change that was not synced when the power went. */
export type Fate = 'kept' | 'lost' | 'torn'

/** Decides about every change that was not synced, one by one. */
export type Fates = () => Fate

/** Nothing is on the disk but what it was asked to make sure of. */
export const allLost: Fates = () => 'lost'
/** As if the machine had lived on: what a killed process leaves. */
export const allKept: Fates = () => 'kept'

/** Each by chance: kept, lost, or some of its sectors. */
export function byChance(random: Seeded): Fates {
  return () => (random.chance(0.45) ? 'kept' : random.chance(0.75) ? 'lost' : 'torn')
}

/**
 * A folder on a disk that may lose its power: for each file what was synced, and what was written since; for each folder
 * the names that were synced, and those made or removed since. POSIX promises no more: a file's sync says nothing about its
 * name, a sync that fails leaves what it was for unwritten for ever.
 */
export class Disk {
  readonly #root: string
  /** The entries there are for a process that runs. */
  readonly #now = new Map<string, Node>()
  readonly #synced = new Map<string, Node>()
  #unsynced: { readonly path: string; readonly node: Node | null }[] = []

  constructor(root: string) {
    this.#root = root
  }

  apply(change: Change): void {
    switch (change.kind) {
      case 'folder.made':
        this.#enter(change.path, 'folder')
        return
      case 'file.made':
        if (!this.#now.has(change.path)) this.#enter(change.path, new FileBytes())
        return
      case 'file.gone':
        this.#now.delete(change.path)
        this.#unsynced.push({ path: change.path, node: null })
        return
      case 'written':
      case 'cut':
        this.#file(change.path).change(change)
        return
      case 'synced':
        this.#sync(change.path, change.isDone)
    }
  }

  /** Writes the folder as it may be found after the power has gone now. */
  restore(into: string, fates: Fates, random: Seeded): void {
    const entries = new Map(this.#synced)
    for (const { path, node } of this.#unsynced) {
      if (fates() === 'lost') continue
      if (node === null) entries.delete(path)
      else entries.set(path, node)
    }
    for (const [path, node] of entries) {
      if (node === 'folder' || !this.#isReached(path, entries)) continue
      const file = join(into, relative(this.#root, path))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, node.after(fates, random))
    }
  }

  /** Whether each folder above it, up to the root, is there. */
  #isReached(path: string, entries: ReadonlyMap<string, Node>): boolean {
    for (let folder = dirname(path); folder !== this.#root; folder = dirname(folder)) {
      if (!entries.has(folder)) return false
    }
    return true
  }

  #enter(path: string, node: Node): void {
    this.#now.set(path, node)
    this.#unsynced.push({ path, node })
  }

  #file(path: string): FileBytes {
    const node = this.#now.get(path)
    if (node instanceof FileBytes) return node
    throw new Error(`unable to follow what is written; ${path} is no file that was made`)
  }

  #sync(path: string, isDone: boolean): void {
    const node = path === this.#root ? 'folder' : this.#now.get(path)
    if (node instanceof FileBytes) node.sync(isDone)
    else if (isDone) this.#syncNames(path)
  }

  #syncNames(path: string): void {
    const isIn = (entry: { readonly path: string }) => dirname(entry.path) === path
    for (const entry of this.#unsynced.filter(isIn)) {
      if (entry.node === null) this.#synced.delete(entry.path)
      else this.#synced.set(entry.path, entry.node)
    }
    this.#unsynced = this.#unsynced.filter(entry => !isIn(entry))
  }
}

type Node = FileBytes | 'folder'
type FileChange = Extract<Change, { kind: 'written' | 'cut' }>

class FileBytes {
  readonly #synced = new GrowingBytes()
  #since: FileChange[] = []

  change(change: FileChange): void {
    this.#since.push(change)
  }

  /** After a failed sync the kernel holds the pages for clean: no later sync brings them to the disk. */
  sync(isDone: boolean): void {
    if (isDone) for (const change of this.#since) apply(change, this.#synced)
    this.#since = []
  }

  after(fates: Fates, random: Seeded): Buffer {
    const bytes = this.#synced.copy()
    for (const change of this.#since) {
      const fate = fates()
      if (fate === 'kept') apply(change, bytes)
      if (fate === 'torn') tear(change, bytes, random)
    }
    return bytes.all()
  }
}

function apply(change: FileChange, bytes: GrowingBytes): void {
  if (change.kind === 'cut') bytes.resize(change.length)
  else bytes.write(change.data, change.offset)
}

/** The file has its new length; some sectors of it have what they had before (nothing: zeros). */
function tear(change: FileChange, bytes: GrowingBytes, random: Seeded): void {
  if (change.kind === 'cut') {
    bytes.resize(change.length)
    return
  }
  const { offset, data } = change
  const end = offset + data.length
  bytes.resize(Math.max(bytes.length, end))
  for (let at = offset; at < end; at = nextSector(at)) {
    if (random.chance(0.5)) bytes.write(data.subarray(at - offset, nextSector(at) - offset), at)
  }
}

function nextSector(at: number): number {
  return (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES
}
