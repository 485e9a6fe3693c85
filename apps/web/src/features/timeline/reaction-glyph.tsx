import type { ReactNode } from 'react'

/**
 * The quick reactions as drawings, so that they look the same on every device, also where no emoji font is installed. Any
 * other key is shown as it is. Decoration: the button's label names it.
 */
export function ReactionGlyph({ reaction }: { readonly reaction: string }): ReactNode {
  const drawing = DRAWINGS[reaction]
  if (drawing === undefined) {
    return (
      <span className="hf-glyph-text" aria-hidden="true">
        {reaction}
      </span>
    )
  }
  return (
    <svg className="hf-glyph" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {drawing}
    </svg>
  )
}

const SUN = '#f2b632'
const INK = '#5b3d0b'

const DRAWINGS: Readonly<Record<string, ReactNode>> = {
  '👍': (
    <>
      <path
        fill={SUN}
        d="M7 9.2 9.8 3.4c.3-.7 1-.9 1.6-.6.8.4 1.2 1.2 1 2.1L11.9 7.5h4c1 0 1.8 1 1.5 2l-1.5 5.7c-.2.9-1 1.5-1.9 1.5H7Z"
      />
      <path fill="#d9951d" d="M2.5 9.2H6v7.5H2.5Z" />
    </>
  ),
  '❤️': (
    <path
      fill="#e0435c"
      d="M10 17S2.5 12.6 2.5 7.6A4 4 0 0 1 6.5 3.5c1.5 0 2.8.8 3.5 2 .7-1.2 2-2 3.5-2a4 4 0 0 1 4 4.1C17.5 12.6 10 17 10 17Z"
    />
  ),
  '😂': (
    <>
      <circle cx="10" cy="10" r="7.5" fill={SUN} />
      <path fill={INK} d="M5.5 10.5h9a4.5 4.5 0 0 1-9 0Z" />
      <path
        d="M5.5 7.8c.5-.9 1.7-.9 2.3 0M12.2 7.8c.6-.9 1.8-.9 2.3 0"
        fill="none"
        stroke={INK}
        strokeWidth="1.3"
        strokeLinecap="round"
      />
      <circle cx="3.6" cy="11" r="1.7" fill="#4aa8e0" />
      <circle cx="16.4" cy="11" r="1.7" fill="#4aa8e0" />
    </>
  ),
  '🎉': (
    <>
      <path fill={SUN} d="M2.5 17.5 6.5 7.2l6.3 6.3Z" />
      <path
        d="M11 3.5c1 1.5.5 3-.8 4M16.5 9c-1.6-.6-3 0-3.8 1.2"
        fill="none"
        stroke="#3a9d8f"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
      <circle cx="15" cy="4.8" r="1.3" fill="#e0435c" />
      <circle cx="7.5" cy="3.8" r="1.1" fill="#4aa8e0" />
      <circle cx="16.2" cy="13.5" r="1.1" fill="#8b6fd6" />
    </>
  ),
  '👀': (
    <>
      <ellipse cx="6" cy="10" rx="3.8" ry="5.2" fill="#fff" stroke="#76837f" strokeWidth="1" />
      <ellipse cx="14" cy="10" rx="3.8" ry="5.2" fill="#fff" stroke="#76837f" strokeWidth="1" />
      <circle cx="7" cy="11" r="1.9" fill="#24302d" />
      <circle cx="15" cy="11" r="1.9" fill="#24302d" />
    </>
  ),
  '✅': (
    <>
      <rect x="2.8" y="2.8" width="14.4" height="14.4" rx="4" fill="#2f9e64" />
      <path
        d="m6.3 10.3 2.6 2.6 4.9-5.4"
        fill="none"
        stroke="#fff"
        strokeWidth="1.9"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
}
