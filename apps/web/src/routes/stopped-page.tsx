import type { ConnectionStatus } from '@holdfast/client'
import { describeConnection } from '@holdfast/client'
import type { ReactNode } from 'react'
import { now } from '../platform/browser.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Mark } from '../ui/mark.tsx'

interface StoppedPageProps {
  readonly status: Extract<ConnectionStatus, { state: 'stopped' }>
  readonly onSignOut: () => void
}

/** The server takes this session no longer: why, and the way back in. */
export function StoppedPage({ status, onSignOut }: StoppedPageProps): ReactNode {
  const isOutdated = status.reason === 'unsupported_protocol' || status.reason === 'bad_frame'
  return (
    <main className="hf-stopped">
      <Empty heading="h1" title="Holdfast has stopped" art={<Mark className="hf-empty-mark" />}>
        <p>{describeConnection(status, now())}</p>
        <div className="hf-empty-actions">
          {isOutdated ? (
            <Button look="primary" icon="retry" onClick={() => location.reload()}>
              Reload
            </Button>
          ) : (
            <Button look="primary" onClick={onSignOut}>
              Sign in again
            </Button>
          )}
        </div>
      </Empty>
    </main>
  )
}
