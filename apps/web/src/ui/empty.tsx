import type { ReactNode } from 'react'

interface EmptyProps {
  readonly title: string
  /** `h1` where nothing else on the page heads it. */
  readonly heading?: 'h1' | 'h2'
  readonly art?: ReactNode
  readonly children?: ReactNode
}

/** What stands where nothing is yet, or where something went wrong: what it is, and what to do next. */
export function Empty({ title, heading: Heading = 'h2', art, children }: EmptyProps): ReactNode {
  return (
    <div className="hf-empty">
      {art}
      <Heading className="hf-empty-title">{title}</Heading>
      <div className="hf-empty-text">{children}</div>
    </div>
  )
}
