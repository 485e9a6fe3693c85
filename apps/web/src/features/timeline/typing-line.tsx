import type { RoomView } from '@holdfast/client'
import { useTyping } from '@holdfast/react'
import type { ReactNode } from 'react'
import { knownName } from './known-name.ts'
import { typingWords } from './typing-words.ts'

/** Who is typing. Its place is kept while nobody is, so that nothing moves; it is there to be read, never announced. */
export function TypingLine({ view }: { readonly view: RoomView }): ReactNode {
  const { userIds, count } = useTyping(view.id)
  const names = userIds.map(userId => knownName(view, userId)).filter(name => name !== null)
  const words = typingWords(names, count)
  return (
    <p className="hf-typing" aria-live="off">
      {words === null ? null : (
        <>
          <span className="hf-typing-dots" aria-hidden="true">
            <span className="hf-typing-dot" />
            <span className="hf-typing-dot" />
            <span className="hf-typing-dot" />
          </span>
          <span className="hf-typing-words">
            {words.map(part => (part.kind === 'name' ? <bdi key={words.indexOf(part)}>{part.text}</bdi> : part.text))}
          </span>
        </>
      )}
    </p>
  )
}
