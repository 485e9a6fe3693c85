import type { RoomView } from '@holdfast/client'
import { useTyping } from '@holdfast/react'
import type { ReactNode } from 'react'
import { shortName } from '../../ui/short-name.ts'
import { knownName } from './known-name.ts'
import { typingWords } from './typing-words.ts'

/** Most letters of a name that the line gives room to: two names and what they are doing fit a phone's line. */
const MOST_OF_NAME = 20

/** Who is typing. Its place is kept while nobody is, so that nothing moves; it is there to be read, never announced. */
export function TypingLine({ view }: { readonly view: RoomView }): ReactNode {
  const { userIds, count } = useTyping(view.id)
  const names = userIds.map(userId => knownName(view, userId)).filter(name => name !== null)
  const short = names.map(name => shortName(name, MOST_OF_NAME))
  const words = typingWords(short, count)
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
