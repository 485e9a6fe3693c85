/** Names a message of this client among those of all rooms: neither id can hold a slash. */
export function recordKey(roomId: string, clientId: string): string {
  return `${roomId}/${clientId}`
}
