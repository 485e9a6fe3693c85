import type { ConnectionStatus, PresenceView, RoomHandle, RoomListView, RoomView, SettingsView } from '@holdfast/client'

/**
 * What the hooks show while rendering on a server and while hydrating: the state before anything was heard. It is the same
 * on both sides whatever the client holds by then, so hydration finds the markup it expects.
 */

export const SERVER_CONNECTION: ConnectionStatus = { state: 'idle' }

export const SERVER_ROOMS: RoomListView = {
  rooms: [],
  loading: true,
  hasMore: false,
  error: null,
  unreadRooms: 0,
  mentions: 0,
}

export const SERVER_PRESENCE: PresenceView = {
  people: new Map(),
  mine: { status: 'online', wish: null, isIdle: false, customStatus: null, dndUntil: null },
}

export const SERVER_SETTINGS: SettingsView = { settings: null, error: null }

const roomViews = new WeakMap<RoomHandle, RoomView>()

export function serverRoomView(room: RoomHandle): RoomView {
  const known = roomViews.get(room)
  if (known !== undefined) return known
  const view: RoomView = {
    id: room.id,
    status: 'closed',
    refusal: null,
    detachCode: null,
    room: null,
    members: [],
    memberCount: 0,
    me: null,
    timeline: [],
    hasMore: false,
    loadingOlder: false,
    unread: 0,
    mentions: 0,
    muted: false,
    lastReadSeq: 0,
    isMarkedUnread: false,
    reads: {},
    typing: { userIds: [], count: 0 },
    continuity: { epoch: null, seq: 0, complete: true, gap: null },
  }
  roomViews.set(room, view)
  return view
}
