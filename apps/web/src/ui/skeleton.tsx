import type { ReactNode } from 'react'

/** Grey bars in the shape of what is coming, so that nothing jumps when it comes. `label` is for those who do not see them. */
export function Skeleton({ shape, rows, label }: SkeletonProps): ReactNode {
  return (
    <div className="hf-skeleton" data-shape={shape} role="status">
      <span className="hf-sr">{label}</span>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars have no identity
        <div className="hf-skeleton-row" key={index} aria-hidden="true">
          <span className="hf-skeleton-dot" />
          <span className="hf-skeleton-bar" />
        </div>
      ))}
    </div>
  )
}

interface SkeletonProps {
  readonly shape: 'rooms' | 'messages'
  readonly rows: number
  readonly label: string
}
