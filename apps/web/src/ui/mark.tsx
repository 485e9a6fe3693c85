import type { ReactNode } from 'react'

/** The mark: a stem that grips the ground, as kelp holds its rock. Decoration; the word beside it names it. */
export function Mark({ className = '' }: { readonly className?: string }): ReactNode {
  return (
    <svg className={`hf-mark ${className}`} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect className="hf-mark-ground" width="32" height="32" rx="9" />
      <g className="hf-mark-line">
        <circle cx="16" cy="7.9" r="2.6" />
        <path d="M16 10.5v14.6M6.8 17.6c.5 4.8 4.2 7.5 9.2 7.5s8.7-2.7 9.2-7.5M11 14.6c.3 3.2 2.2 5 5 5s4.7-1.8 5-5" />
      </g>
    </svg>
  )
}
