import type { ComponentProps, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'children' | 'type' | 'title'> {
  readonly icon: IconName
  /** What pressing does, for everyone who does not see the icon, and as its tooltip. */
  readonly label: string
}

/** A square button of one icon. */
export function IconButton({ icon, label, className = '', ...rest }: IconButtonProps): ReactNode {
  return (
    <button {...rest} type="button" className={`hf-icon-button ${className}`} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  )
}
