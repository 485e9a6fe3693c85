'use client'

import { type Client, type ClientOptions, createClient } from '@holdfast/client'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { bindingOf, type ClientBinding } from './binding.ts'

const HoldfastContext = createContext<ClientBinding | null>(null)

/** Either a client that the app made, or the options to make one. */
export type HoldfastProviderProps = { readonly children?: ReactNode } & (
  | { readonly client: Client; readonly options?: never }
  | {
      /** Read once, at the first render; give the provider another `key` to begin anew with others. */
      readonly options: ClientOptions
      readonly client?: never
    }
)

/**
 * Gives the hooks below it their client, and keeps it connected while mounted. Several providers of one client share one
 * connection; the last to go disconnects it after {@link CONNECTION_LINGER_MS}, so StrictMode, fast refresh and a swapped
 * route keep the same socket. A client that was already connected is left to whoever connected it. On a server nothing is
 * connected: the tree renders as it looks before the first answer.
 */
export function HoldfastProvider(props: HoldfastProviderProps): ReactNode {
  const [own] = useState(() => (props.options === undefined ? null : createClient(props.options)))
  const client = props.client ?? own
  if (client === null) throw new Error('unable to provide Holdfast; give the provider a client or options')
  const binding = bindingOf(client)
  useEffect(() => binding.connection.retain(client), [binding, client])
  return <HoldfastContext value={binding}>{props.children}</HoldfastContext>
}

/** The binding of the nearest provider; the hooks' way in. Throws without a provider. */
export function useBinding(): ClientBinding {
  const binding = useContext(HoldfastContext)
  if (binding === null) {
    throw new Error('unable to use Holdfast here; there is no <HoldfastProvider> above this component')
  }
  return binding
}

/** The client of the nearest provider, for everything that is done rather than shown. Throws without a provider. */
export function useHoldfast(): Client {
  return useBinding().client
}
