import { useHoldfast } from '@holdfast/react'
import { type ReactNode, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { unsentCount } from './unsent.ts'

/** Signs out; asks first when that would lose messages. */
export function SignOutButton({ onSignOut }: { readonly onSignOut: () => void }): ReactNode {
  const client = useHoldfast()
  const [unsent, setUnsent] = useState(0)
  const press = () => {
    const count = unsentCount(client)
    setUnsent(count)
    if (count === 0) onSignOut()
  }
  return (
    <>
      <IconButton icon="power" label="Sign out" onClick={press} />
      {unsent === 0 ? null : (
        <Dialog title="Sign out and lose what is not sent?" onClose={() => setUnsent(0)}>
          <p className="hf-dialog-text">
            {unsent === 1 ? 'One message has' : `${unsent} messages have`} not been sent yet. Signing out forgets
            everything on this device.
          </p>
          <div className="hf-dialog-actions">
            <Button onClick={() => setUnsent(0)} data-autofocus>
              Stay
            </Button>
            <Button look="danger" onClick={onSignOut}>
              Sign out
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
