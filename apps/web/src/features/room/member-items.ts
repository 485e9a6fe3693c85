import type { RoomHandle, RoomView } from '@holdfast/client'
import { canChangeRole, canRemoveMember, type Member } from '@holdfast/protocol'
import type { MenuItem } from '../../ui/menu.tsx'
import { notifyFailure } from '../../ui/notices.tsx'

/** What is done against a member. */
export type Sanction = 'remove' | 'ban'

/** What is asked about before it is done to a member. */
export type Grave = Sanction | 'make-owner' | 'make-admin'

interface MemberItemsProps {
  readonly handle: RoomHandle
  readonly view: Pick<RoomView, 'room' | 'memberCount'>
  readonly self: Member | null
  readonly onMessage: (member: Member) => void
  readonly onAsk: (what: Grave) => void
}

/** What I may do about `member`: what the contract's permissions allow for my role, and in a direct room only to write to them. */
export function memberItems(member: Member, props: MemberItemsProps): readonly MenuItem[] {
  const { handle, view, self, onMessage, onAsk } = props
  if (member.userId === self?.userId || view.room === null) return []
  const isDirect = view.room.type === 'direct'
  const items: MenuItem[] = []
  if (!isDirect || view.memberCount > 2) {
    items.push({ label: 'Message privately', icon: 'message', onPick: () => onMessage(member) })
  }
  if (isDirect) return items
  const role = self?.role ?? null
  const to = member.role === 'admin' ? 'member' : 'admin'
  if (canChangeRole(role, member.role, to) && member.role === 'owner') {
    // It takes from them what only another owner can give back.
    items.push({ label: 'Make admin…', icon: 'shield', onPick: () => onAsk('make-admin') })
  } else if (canChangeRole(role, member.role, to)) {
    items.push({
      label: to === 'admin' ? 'Make admin' : 'Make member',
      icon: 'shield',
      onPick: () => void handle.members.put(member.userId, to).catch(notifyFailure),
    })
  }
  if (member.role !== 'owner' && canChangeRole(role, member.role, 'owner')) {
    items.push({ label: 'Make owner…', icon: 'shield', onPick: () => onAsk('make-owner') })
  }
  if (canRemoveMember(role, member.role)) {
    items.push({
      label: 'Remove from room…',
      icon: 'person-remove',
      isDangerous: true,
      onPick: () => onAsk('remove'),
    })
    items.push({ label: 'Ban from room…', icon: 'ban', isDangerous: true, onPick: () => onAsk('ban') })
  }
  return items
}
