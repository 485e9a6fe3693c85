import { type Addressee, type ErrorFrame, isRetryable, type Ok, type Refusal } from '@holdfast/protocol'

/** What an answer names of the command that it answers. */
type Named = { readonly [K in keyof Addressee]?: Addressee[K] | undefined }

/** `error` for a command: with its `ref` and, where they tell it apart, `roomId` and `clientId`. */
export function errorFrame(refusal: Refusal, named: Named): ErrorFrame {
  const { code, message, retryAfterMs } = refusal
  return {
    type: 'error',
    ...names(named),
    code,
    message,
    retryable: isRetryable(code),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

/** `ok` for a command. */
export function okFrame(named: Named, seq?: number): Ok {
  return { type: 'ok', ...names(named), ...(seq !== undefined && { seq }) }
}

function names({ ref, roomId, clientId }: Named): Addressee {
  return {
    ...(ref !== undefined && { ref }),
    ...(roomId !== undefined && { roomId }),
    ...(clientId !== undefined && { clientId }),
  }
}
