import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import type { IconName } from './icon.tsx'

interface ConfirmDialogProps {
  /** The question. */
  readonly title: string
  /** What will be, if the answer is yes. */
  readonly children: ReactNode
  readonly action: string
  readonly icon: IconName
  /** The other answer; default “Cancel”. */
  readonly refusal?: string
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something that cannot simply be undone. The focus begins on the harmless answer. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { title, children, action, icon, refusal = 'Cancel', onConfirm, onClose } = props
  const confirm = () => {
    onClose()
    onConfirm()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="hf-dialog-text">{children}</p>
      <div className="hf-dialog-actions">
        <Button onClick={onClose} data-autofocus>
          {refusal}
        </Button>
        <Button look="danger" icon={icon} onClick={confirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  )
}
