import { HoldfastError, type MessageEntry, type Readable, type RoomHandle, type SendHandle } from '@holdfast/client'

type Message = MessageEntry['message']

/** An edit under way. It lives here and not in the row, so that it outlives the row's re-mounting. */
export interface EditState {
  readonly message: Message
  readonly text: string
  readonly saving: boolean
  /** Why the last attempt to save failed, for people, or null. */
  readonly error: string | null
}

/** What somebody is writing in one room. */
export interface ComposerState {
  /** The draft. */
  readonly text: string
  /** The message that the draft answers, or null. */
  readonly replyTo: Message | null
  readonly edit: EditState | null
}

const EMPTY: ComposerState = { text: '', replyTo: null, edit: null }

/**
 * The draft, reply and edit of one room. One exists per client and room, whoever renders it, so a draft survives a change
 * of room and a re-mount. A draft and an edit are independent: editing a message leaves the draft as it was.
 */
export class RoomComposer implements Readable<ComposerState> {
  readonly #room: RoomHandle
  readonly #listeners = new Set<() => void>()
  #state: ComposerState = EMPTY
  /** Counts the people who have written here, so that nothing of one comes back to the next. */
  #person = 0

  constructor(room: RoomHandle) {
    this.#room = room
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): ComposerState => this.#state

  /** The empty composer that a server renders and a browser hydrates with. */
  readonly getServerSnapshot = (): ComposerState => EMPTY

  /** Replaces the draft, as a key does: the others are told that I am typing, or have stopped when nothing is left. */
  readonly setText = (text: string): void => {
    if (text === this.#state.text) return
    this.#set({ text })
    if (text.trim() === '') this.#room.stopTyping()
    else this.#room.typing()
  }

  /** I am not typing any more: the field was left. The draft stays. */
  readonly pause = (): void => this.#room.stopTyping()

  /** Makes the draft an answer to `message`. */
  readonly reply = (message: Message): void => this.#set({ replyTo: message })

  /** The draft answers nothing any more; its text stays. */
  readonly cancelReply = (): void => this.#set({ replyTo: null })

  /**
   * Sends the draft and empties it. Answers the send's handle, or null when there is nothing but white space. What becomes
   * of the message is seen in the timeline; the handle is for callers that wait. One that is not taken at all, since too many
   * wait already, comes back into the draft, before what was written since.
   */
  readonly send = (): SendHandle | null => {
    const content = this.#state.text.trim()
    if (content === '') return null
    const { replyTo } = this.#state
    this.#set({ text: '', replyTo: null })
    const handle = this.#room.send(content, { replyTo: replyTo?.id ?? null })
    const person = this.#person
    handle.acknowledged.catch((cause: unknown) => {
      // A message that was taken is never given up for this reason.
      const isRefused = cause instanceof HoldfastError && cause.code === 'unavailable'
      if (isRefused && person === this.#person) this.#putBack(content, replyTo)
    })
    return handle
  }

  /** Begins to edit `message`, one's own. */
  readonly startEdit = (message: Message): void =>
    this.#set({ edit: { message, text: message.content, saving: false, error: null } })

  /** Replaces the text of the edit under way. */
  readonly setEditText = (text: string): void => this.#setEdit({ text, error: null })

  /** Gives the edit up; the message stays as it is. */
  readonly cancelEdit = (): void => this.#set({ edit: null })

  /**
   * Saves the edit. Resolves true when it is done (unchanged text is done at once), false when it is still open: the text is
   * empty, a save is already running, or the server refused, and then `edit.error` says why. Never rejects.
   */
  readonly saveEdit = async (): Promise<boolean> => {
    const edit = this.#state.edit
    const content = edit?.text.trim() ?? ''
    if (edit === null || edit.saving || content === '') return false
    if (content === edit.message.content) {
      this.cancelEdit()
      return true
    }
    this.#setEdit({ saving: true, error: null })
    try {
      await this.#room.edit(edit.message.id, content)
      if (this.#isEditing(edit.message)) this.cancelEdit()
      return true
    } catch (cause) {
      const error = cause instanceof Error ? cause.message : String(cause)
      if (this.#isEditing(edit.message)) this.#setEdit({ saving: false, error })
      return false
    }
  }

  /** Forgets all of it: somebody else writes here now. */
  reset(): void {
    this.#person++
    this.#set(EMPTY)
  }

  #putBack(content: string, replyTo: Message | null): void {
    const { text, replyTo: now } = this.#state
    this.#set({ text: text === '' ? content : `${content}\n${text}`, replyTo: now ?? replyTo })
  }

  #isEditing(message: Message): boolean {
    return this.#state.edit?.message.id === message.id
  }

  #setEdit(change: Partial<EditState>): void {
    const edit = this.#state.edit
    if (edit !== null) this.#set({ edit: { ...edit, ...change } })
  }

  #set(change: Partial<ComposerState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of [...this.#listeners]) listener()
  }
}
