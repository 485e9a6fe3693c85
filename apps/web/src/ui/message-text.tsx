import type { ReactNode } from 'react'
import { linkify } from './linkify.ts'

/**
 * A message's words as React elements, so never as HTML. Links open elsewhere, tell the other side nothing and are marked as
 * written by users. `tabIndex` is -1 where a list of one tab stop holds the text.
 */
export function MessageText({ content, tabIndex }: { readonly content: string; readonly tabIndex: number }): ReactNode {
  return linkify(content).map((part, index) =>
    part.kind === 'text' ? (
      part.text
    ) : (
      <a
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have no identity but their place
        key={index}
        className="hf-link"
        href={part.href}
        target="_blank"
        rel="noopener noreferrer nofollow ugc"
        tabIndex={tabIndex}
      >
        {part.text}
      </a>
    ),
  )
}
