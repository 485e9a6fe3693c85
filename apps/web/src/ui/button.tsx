import type { ComponentProps, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

interface ButtonProps extends ComponentProps<'button'> {
  /** `primary`: what the page is for, one a view; `quiet`: the rest; `danger`: what cannot be undone. */
  readonly look?: 'primary' | 'quiet' | 'danger'
  readonly icon?: IconName
  /** In a dialog: the focus begins here. */
  readonly 'data-autofocus'?: boolean
}

/** A button with words. */
export function Button({ look = 'quiet', icon, className = '', children, ...rest }: ButtonProps): ReactNode {
  return (
    <button type="button" {...rest} className={`hf-button ${className}`} data-look={look}>
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </button>
  )
}
