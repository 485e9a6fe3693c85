import { type ReactNode, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { CreateRoomDialog } from './create-room-dialog.tsx'

interface CreateRoomButtonProps {
  readonly look: 'primary' | 'quiet'
  readonly children: string
}

/** Opens the dialog that makes a room. */
export function CreateRoomButton({ look, children }: CreateRoomButtonProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button look={look} icon="plus" onClick={() => setOpen(true)}>
        {children}
      </Button>
      {isOpen ? <CreateRoomDialog onClose={() => setOpen(false)} /> : null}
    </>
  )
}
