import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkify } from '../../src/ui/linkify.ts'

const links = (content: string) => linkify(content).flatMap(part => (part.kind === 'link' ? [part.text] : []))

describe('linkify', () => {
  it('loses and adds no letter, whatever is written', () => {
    const pieces = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.constantFrom(' ', '(', ')', '.', 'https://')),
    )
    fc.assert(
      fc.property(pieces, parts => {
        const content = parts.join('')
        expect(
          linkify(content)
            .map(part => part.text)
            .join(''),
        ).toBe(content)
      }),
    )
  })

  it('links to nothing but http and https, and never under a user name', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.string(),
        fc.constantFrom('javascript:', 'data:', 'https://', 'http://', 'a@b', '@', '//', ':', '\t'),
      ),
    )
    fc.assert(
      fc.property(pieces, parts => {
        for (const part of linkify(parts.join(''))) {
          if (part.kind !== 'link') continue
          const url = new URL(part.href)
          expect(['http:', 'https:']).toContain(url.protocol)
          expect(url.username + url.password).toBe('')
        }
      }),
    )
  })

  it.each([
    ['see https://a.example.', ['https://a.example']],
    ['(https://a.example/x)', ['https://a.example/x']],
    ['https://a.example/x_(y) and', ['https://a.example/x_(y)']],
    ['https://a.example/?q=1,2&b=c!', ['https://a.example/?q=1,2&b=c']],
    ['http://127.0.0.1:8080/a#b https://b.example', ['http://127.0.0.1:8080/a#b', 'https://b.example']],
    ['<https://a.example>', ['https://a.example']],
    ['https://user:secret@a.example', []],
    ['javascript:alert(1)', []],
    ['https://', []],
    ['www.a.example', []],
  ])('%s', (content, expected) => {
    expect(links(content)).toEqual(expected)
  })

  it('takes content made to be slow as it takes any other', () => {
    expect(links(`https://a${')'.repeat(8_000)}`)).toEqual(['https://a'])
    const dotted = `https://a/${'.'.repeat(8_000)}b`
    expect(links(dotted)).toEqual([dotted])
  })
})
