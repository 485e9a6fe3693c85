import type { TimelineEntry } from '@holdfast/client'
import type { ReactNode } from 'react'
import { Icon, type IconName } from '../../ui/icon.tsx'

const LOOKS: Readonly<Record<TimelineEntry['status'], { readonly icon: IconName; readonly words: string }>> = {
  queued: { icon: 'queued', words: 'Waiting to send' },
  sending: { icon: 'clock', words: 'Sending…' },
  sent: { icon: 'check', words: 'Sent' },
  failed: { icon: 'alert', words: 'Not sent' },
}

/** How far an own message is, in an icon and words. `quiet` keeps the words for those who do not see the icon. */
export function DeliveryStatus({ status, quiet }: DeliveryStatusProps): ReactNode {
  const { icon, words } = LOOKS[status]
  return (
    <span className="hf-delivery" data-status={status} title={quiet ? words : undefined}>
      <Icon name={icon} />
      <span className={quiet ? 'hf-sr' : ''}>{words}</span>
    </span>
  )
}

interface DeliveryStatusProps {
  readonly status: TimelineEntry['status']
  readonly quiet: boolean
}
