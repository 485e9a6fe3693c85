import { expect, test } from 'vitest'
import { credentialOfHeader, credentialOfUpgrade } from '../../src/auth/credentials.ts'

const OFF = { tokenInQuery: false }
const ON = { tokenInQuery: true }

test.each(['Bearer t', 'bearer t', 'BEARER  t', ' Bearer t '])('the header %j carries a token', header => {
  expect(credentialOfHeader(header)).toEqual({ kind: 'bearer', token: 't' })
})

test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic t', 't', 'Bearer t u', 'Bearer: t'])(
  'the header %j carries none',
  header => {
    expect(credentialOfHeader(header).kind).toBe('none')
  },
)

test('an upgrade may bring its token as a subprotocol, beside the protocol itself', () => {
  const offer = (text: string) => credentialOfUpgrade({ headers: { 'sec-websocket-protocol': text }, url: '/' }, OFF)
  expect(offer('holdfast.v1, bearer.t.o.k')).toEqual({ kind: 'bearer', token: 't.o.k' })
  expect(offer('bearer.t,holdfast.v1')).toEqual({ kind: 'bearer', token: 't' })
  expect(offer('bearer.t').kind).toBe('none')
  expect(offer('holdfast.v1').kind).toBe('none')
})

test('an upgrade may bring a ticket in its query', () => {
  expect(credentialOfUpgrade({ headers: {}, url: '/api/socket?ticket=a%2Bb' }, OFF)).toEqual({
    kind: 'ticket',
    ticket: 'a+b',
  })
})

test('a token in the query counts only where that is switched on', () => {
  const request = { headers: {}, url: '/api/socket?token=t' }
  expect(credentialOfUpgrade(request, OFF)).toEqual({ kind: 'none', reason: 'a token in the URL is not accepted' })
  expect(credentialOfUpgrade(request, ON)).toEqual({ kind: 'bearer', token: 't' })
})

test('the header counts before the subprotocol, that before the ticket, and no other is tried when it is bad', () => {
  const url = '/api/socket?ticket=x&token=y'
  const offered = { 'sec-websocket-protocol': 'holdfast.v1, bearer.s' }
  expect(credentialOfUpgrade({ headers: { ...offered, authorization: 'Bearer h' }, url }, ON)).toMatchObject({
    token: 'h',
  })
  expect(credentialOfUpgrade({ headers: { ...offered, authorization: 'Basic h' }, url }, ON).kind).toBe('none')
  expect(credentialOfUpgrade({ headers: offered, url }, ON)).toMatchObject({ token: 's' })
  expect(credentialOfUpgrade({ headers: {}, url }, ON)).toMatchObject({ ticket: 'x' })
})

test('an upgrade with nothing has no credential', () => {
  expect(credentialOfUpgrade({ headers: {}, url: '/api/socket' }, ON).kind).toBe('none')
  expect(credentialOfUpgrade({ headers: {}, url: undefined }, ON).kind).toBe('none')
})
