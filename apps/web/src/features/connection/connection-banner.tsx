import { type ConnectionStatus, describeConnection } from '@holdfast/client'
import { useConnection, useHoldfast } from '@holdfast/react'
import { type ReactNode, useEffect, useState } from 'react'
import { everyWhileVisible, later, now } from '../../platform/browser.ts'
import { Icon } from '../../ui/icon.tsx'

/** How long the connection may be away before anything is said, in milliseconds: a short drop heals unseen. */
const PATIENCE_MS = 2_000
/** How long "Back online" stays, in milliseconds. */
const BACK_MS = 3_000
/** How often the words are told anew while waiting, in milliseconds: they count seconds. */
const TICK_MS = 1_000

type Banner = 'hidden' | 'away' | 'back'

/** Says in words how the connection is once it has been away for a moment, what becomes of messages meanwhile, and when it is back. */
export function ConnectionBanner(): ReactNode {
  const status = useConnection()
  const client = useHoldfast()
  const banner = useBanner(status.state === 'online')
  useTick(banner === 'away')
  return (
    <div className="hf-banner-place" role="status">
      {banner === 'hidden' ? null : (
        <div className="hf-banner" data-kind={banner}>
          <Icon name={banner === 'back' ? 'check' : 'alert'} />
          <span>{banner === 'back' ? 'Back online.' : describeConnection(status, now())}</span>
          {banner === 'away' && canRetry(status) ? (
            <button type="button" className="hf-text-button" onClick={() => client.connect()}>
              Try now
            </button>
          ) : null}
        </div>
      )}
    </div>
  )
}

function useBanner(isOnline: boolean): Banner {
  const [banner, setBanner] = useState<Banner>('hidden')
  const [wasOnline, setWasOnline] = useState(isOnline)
  if (isOnline !== wasOnline) {
    setWasOnline(isOnline)
    if (isOnline && banner === 'away') setBanner('back')
  }
  useEffect(() => {
    if (!isOnline) return later(() => setBanner('away'), PATIENCE_MS)
    return later(() => setBanner('hidden'), BACK_MS)
  }, [isOnline])
  return banner
}

function useTick(isOn: boolean): void {
  const [, setTick] = useState(0)
  useEffect(() => (isOn ? everyWhileVisible(() => setTick(tick => tick + 1), TICK_MS) : undefined), [isOn])
}

function canRetry(status: ConnectionStatus): boolean {
  return status.state === 'waiting'
}
