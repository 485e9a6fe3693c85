import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { centrifugo } from '../../src/dialects/centrifugo.ts'
import { nats } from '../../src/dialects/nats.ts'
import { socketio } from '../../src/dialects/socketio.ts'

const MESSAGE = { n: 7, roomId: 'room', content: 'hi' }
const URL = 'ws://127.0.0.1:1'

describe('Socket.IO', () => {
  test('connects with the token, joins, and is open with the answer', async () => {
    const { converse, send, upgrade } = await socketio(URL).admit('ana')
    expect(upgrade.path).toBe('/socket.io/?EIO=4&transport=websocket')
    const talk = converse(['room'])
    expect(talk.begin()).toEqual([])
    expect(talk.hear('0{"sid":"a","pingInterval":25000}')).toEqual([expect.stringMatching(/^40\{"token":"ey.*"\}$/)])
    expect(talk.hear('40{"sid":"b"}')).toEqual(['420["join",["room"]]'])
    expect(talk.isOpen).toBe(false)
    talk.hear('430[{"ok":true}]')
    expect(talk.isOpen).toBe(true)
    expect(send(MESSAGE)).toBe('428["send",{"roomId":"room","clientId":"m-7","content":"hi"}]')
  })

  test('an acknowledgement names its message, a refusal ends the run, a ping is answered', () => {
    const { acks, reply } = socketio(URL)
    expect(acks('438[{"ok":true,"id":1}]')).toEqual([7])
    expect(() => acks('438[{"ok":false,"error":"no"}]')).toThrow('unable to go on; no')
    expect(acks('42["message",{}]')).toEqual([])
    expect(reply('2')).toBe('3')
  })
})

describe('Centrifugo', () => {
  test('connects, subscribes to channels that no other run uses, and is open when all are', async () => {
    const { converse, send, upgrade } = await centrifugo(URL).admit('ana')
    expect(upgrade.path).toBe('/connection/websocket')
    const talk = converse(['a', 'b'])
    expect(talk.begin()).toEqual(['{"id":1,"connect":{}}'])
    const said = talk.hear('{"id":1,"connect":{"client":"x","ping":25}}').map(text => JSON.parse(text))
    expect(said).toEqual([
      { id: 2, subscribe: { channel: expect.stringMatching(/^run\w+-a$/) } },
      { id: 3, subscribe: { channel: expect.stringMatching(/^run\w+-b$/) } },
    ])
    talk.hear('{"id":2,"subscribe":{}}\n{"push":{"channel":"a","pub":{"data":{}}}}')
    expect(talk.isOpen).toBe(false)
    talk.hear('{"id":3,"subscribe":{}}')
    expect(talk.isOpen).toBe(true)
    expect(JSON.parse(send(MESSAGE))).toMatchObject({ publish: { data: { clientId: 'm-7', content: 'hi' } } })
  })

  test('one frame may acknowledge some messages; an error ends the run; an empty command is answered', () => {
    const { acks, reply } = centrifugo(URL)
    expect(acks('{"id":1000007,"publish":{}}\n{"id":1000008,"publish":{}}\n')).toEqual([7, 8])
    expect(() => acks('{"id":1000007,"error":{"code":103,"message":"permission denied"}}')).toThrow(/permission denied/)
    expect(reply('{}')).toBe('{}')
  })
})

describe('NATS', () => {
  test('answers the greeting with its subscriptions, and is open with the pong', async () => {
    const { converse, send } = await nats(URL).admit('ana')
    const talk = converse(['room'])
    expect(talk.hear('INFO {"server_id":"x"}\r\n')).toEqual([
      expect.stringMatching(/^CONNECT \{.*\}\r\nSUB run\w+\.room 1\r\nPING\r\n$/),
    ])
    talk.hear('PONG\r\n')
    expect(talk.isOpen).toBe(true)
    expect(send(MESSAGE)).toMatch(
      /^PUB run\w+\.room _INBOX\.bench\.ana\.7 33\r\n\{"clientId":"m-7","content":"hi"\}\r\n$/,
    )
  })

  test('the stream says how many messages it holds, in however many pieces; a refusal ends the run', async () => {
    let answer = JSON.stringify({ type: 'info', state: { messages: 12, bytes: 3 } })
    const asked: string[] = []
    const server = createServer(socket => {
      socket.write('INFO {}\r\n')
      socket.once('data', data => {
        asked.push(String(data))
        const message = `MSG _INBOX.bench.asked 1 ${answer.length}\r\n${answer}\r\n`
        socket.write(message.slice(0, 30))
        setImmediate(() => socket.write(message.slice(30)))
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { kept } = nats(`${URL}?plain=${(server.address() as AddressInfo).port}`)
    expect(await kept?.()).toBe(12)
    expect(asked[0]).toMatch(/PUB \$JS\.API\.STREAM\.INFO\.run\w+ _INBOX\.bench\.asked 0\r\n\r\n$/)
    answer = '{"error":{"code":404}}'
    await expect(kept?.()).rejects.toThrow(/404/)
    server.close()
  })

  test('a writer hears what became of its own messages', async () => {
    const { converse } = await nats(URL).admit('ana')
    expect(converse([]).hear('INFO {}\r\n')).toEqual([expect.stringContaining('SUB _INBOX.bench.ana.* 1\r\n')])
    const { acks } = nats(URL)
    const two =
      'MSG _INBOX.bench.ana.7 1 25\r\n{"stream":"run","seq":1}\r\nMSG _INBOX.bench.ana.8 1 25\r\n{"stream":"run","seq":2}\r\n'
    expect(acks(two)).toEqual([7, 8])
    expect(() => acks('MSG _INBOX.bench.ana.9 1 40\r\n{"error":{"code":503}}\r\n')).toThrow(/503/)
  })
})
