import type { ReactNode } from 'react'

interface EmptyProps {
  readonly title: string
  readonly art?: ReactNode
  readonly children?: ReactNode
}

/** What stands where nothing is yet, or where something went wrong: what it is, and what to do next. */
export function Empty({ title, art, children }: EmptyProps): ReactNode {
  return (
    <div className="hf-empty">
      {art}
      <h2 className="hf-empty-title">{title}</h2>
      <div className="hf-empty-text">{children}</div>
    </div>
  )
}
