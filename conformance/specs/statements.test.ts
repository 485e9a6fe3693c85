import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const FOLDER = join(import.meta.dirname, '..')

/** The ids at the head of the test names of every spec file. */
async function testedIds(): Promise<Set<string>> {
  const files = await readdir(import.meta.dirname, { recursive: true })
  const texts = await Promise.all(
    files.filter(file => file.endsWith('.test.ts')).map(file => readFile(join(import.meta.dirname, file), 'utf8')),
  )
  return new Set(texts.flatMap(text => [...text.matchAll(/['`]\[(P\d[\w.]*)\] /g)].map(match => match[1] ?? '')))
}

/** The ids in the first column of the tables of STATEMENTS.md. */
async function statedIds(): Promise<string[]> {
  const text = await readFile(join(FOLDER, 'STATEMENTS.md'), 'utf8')
  return [...text.matchAll(/^\| (P\d[\w.]*) \|/gm)].map(match => match[1] ?? '')
}

test('every id of STATEMENTS.md has a test, every test stands in STATEMENTS.md, and no id stands there twice', async () => {
  const [tested, stated] = await Promise.all([testedIds(), statedIds()])
  expect(stated.filter(id => !tested.has(id))).toEqual([])
  expect([...tested].filter(id => !stated.includes(id))).toEqual([])
  expect(stated.length).toBe(new Set(stated).size)
})
