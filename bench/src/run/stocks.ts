import { closeSync, cpSync, fsyncSync, globSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stock } from '../scenarios/stock.ts'

/**
 * Data folders that hold what some jobs need before anything is measured. Writing a million messages takes half a minute: it is done once, and each
 * run gets a copy.
 */
export class Stocks {
  readonly #root = mkdtempSync(join(tmpdir(), 'holdfast-stock-'))
  /** By the stock as text. */
  readonly #folders = new Map<string, string>()

  constructor() {
    process.once('exit', this.#remove)
  }

  /** A folder of its own that holds the stock; it is to be removed by who asked. `make` fills an empty one. */
  async copy(stock: Stock, make: (dataDir: string) => Promise<unknown>): Promise<string> {
    const key = JSON.stringify(stock)
    let filled = this.#folders.get(key)
    if (filled === undefined) {
      filled = mkdtempSync(join(this.#root, 'filled-'))
      await make(filled)
      this.#folders.set(key, filled)
    }
    const copy = mkdtempSync(join(this.#root, 'copy-'))
    cpSync(filled, copy, { recursive: true })
    settle(copy)
    return copy
  }

  /** Removes all of them. */
  close(): void {
    process.off('exit', this.#remove)
    this.#remove()
  }

  readonly #remove = (): void => rmSync(this.#root, { recursive: true, force: true })
}

/** What was copied is on the disk before anything is measured: otherwise the system writes it meanwhile. */
function settle(folder: string): void {
  for (const name of globSync('**/*', { cwd: folder })) {
    const file = openSync(join(folder, name), 'r')
    fsyncSync(file)
    closeSync(file)
  }
}
