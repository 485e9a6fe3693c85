import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, read } from '../architecture/support/tree.ts'

const PAGES = globSync('**/*.md', { cwd: ROOT, exclude: ['**/node_modules/**', '.tools/**', '**/dist/**'] }).sort()

/** The targets of a page's links that lead to files of this repository; code blocks hold examples, not links. */
function relativeLinks(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter(target => !/^([a-z]+:|#)/i.test(target))
    .map(target => target.replace(/#.*$/, ''))
}

describe('documents', () => {
  test.each(PAGES)('%s links to what is there', page => {
    const broken = relativeLinks(read(page)).filter(target => !existsSync(join(ROOT, dirname(page), target)))
    expect(broken).toEqual([])
  })

  test('a link is told from code and from another site', () => {
    const page = '[a](docs/a.md#part) [b](https://b.example) [c](#c) `[d](d.md)`\n```md\n[e](e.md)\n```\n'
    expect(relativeLinks(page)).toEqual(['docs/a.md'])
  })
})
