import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

/** A room that Ana has made, with her and the others in it. */
async function together(name: string, ...others: string[]): Promise<[ana: Person, ...others: Person[]]> {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom(name)
  await ana.say('hello')
  await ana.sees('hello')
  const people: Person[] = []
  for (const other of others) {
    const person = await stage.person(other)
    await person.join(path)
    await person.sees('hello')
    people.push(person)
  }
  return [ana, ...people]
}

/** Where everything of a room stands on the screen. */
function layout({ page }: Person): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.hf-room, .hf-scroller, .hf-row, .hf-bubble, .hf-typing, .hf-composer')].map(
      element => {
        const { x, y, width, height } = element.getBoundingClientRect()
        return `${element.className} ${x} ${y} ${width} ${height}`
      },
    ),
  )
}

const line = (person: Person) => person.page.locator('.hf-typing')
const isTyping = (name: string, watcher: Person) => line(watcher).getByText(`${name} is typing`)
const nobodyTypes = (watcher: Person) =>
  watcher.page.waitForFunction(() => document.querySelector('.hf-typing')?.textContent === '')

it('who types is shown to the others and not to themselves, moves nothing, and is not announced', async () => {
  const [ana, ben] = await together('Quiet', 'Ben')
  if (ben === undefined) return expect.unreachable()
  const before = await layout(ana)
  await ben.composer.pressSequentially('hel')
  await isTyping('Ben', ana).waitFor()
  expect(await layout(ana)).toEqual(before)
  expect(await line(ben).textContent()).toBe('')
  expect(await line(ana).getAttribute('aria-live')).toBe('off')
  expect(await ana.violations()).toEqual([])
  await nobodyTypes(ana)
  expect(await layout(ana)).toEqual(before)
})

it('sending, leaving the field, clearing it and leaving the room each end it at once', async () => {
  const [ana, ben] = await together('Ends', 'Ben')
  if (ben === undefined) return expect.unreachable()
  const told: string[] = []
  ben.page.on('websocket', socket =>
    socket.on('framesent', ({ payload }) => {
      told.push(...(payload.toString().match(/typing\.(start|stop)/g) ?? []))
    }),
  )
  await ben.page.reload()
  await ben.sees('hello')
  // His clock stands still, so that nothing ends by itself.
  await ben.page.clock.install()
  await ben.page.clock.pauseAt(Date.now() + 60_000)
  const typesUntil = async (ends: () => Promise<unknown>) => {
    // The server takes one start a second: a key that comes too soon after the one before is not told of.
    const writes = async () => {
      await ben.page.clock.runFor(10_000)
      await ben.composer.press('w')
      return isTyping('Ben', ana).isVisible()
    }
    await expect.poll(writes, { interval: 300 }).toBe(true)
    await ends()
    await expect.poll(() => told.at(-1)).toBe('typing.stop')
    await nobodyTypes(ana)
  }
  await typesUntil(() => ben.composer.press('Enter'))
  await typesUntil(() => ben.composer.blur())
  await typesUntil(() => ben.composer.fill(''))
  await typesUntil(() => ben.page.getByRole('link', { name: 'Holdfast, start page' }).click())
})

it('nobody is told of what they type on another device of theirs', async () => {
  const [ana, ben] = await together('Devices', 'Ben')
  if (ben === undefined) return expect.unreachable()
  const other = await stage.deviceOf(ana)
  await other.page.goto(new URL(ana.page.url()).pathname)
  await other.composer.pressSequentially('hel')
  await isTyping('Ana', ben).waitFor()
  expect(await line(ana).textContent()).toBe('')
})

it('two are both named, of more one and how many others', async () => {
  const [ana, ...others] = await together('Crowd', 'Ben', 'Cleo', 'Dan')
  const [ben, cleo, dan] = others
  if (ben === undefined || cleo === undefined || dan === undefined) return expect.unreachable()
  const keepTyping = (people: Person[], words: RegExp) =>
    expect
      .poll(async () => {
        await Promise.all(people.map(person => person.composer.press('x')))
        return line(ana).textContent()
      })
      .toMatch(words)
  await keepTyping([ben, cleo], /^(Ben and Cleo|Cleo and Ben) are typing$/)
  await keepTyping([ben, cleo, dan], /^(Ben|Cleo|Dan) and 2 others are typing$/)
})

it('a tab that is gone types no more, and neither does anybody once nothing is heard any more', async () => {
  const [ana, ben] = await together('Lost', 'Ben')
  if (ben === undefined) return expect.unreachable()
  await ben.composer.pressSequentially('wor')
  await isTyping('Ben', ana).waitFor()
  // From here on nothing reaches her: neither that he stopped nor that the server is away.
  stage.server.pause()
  await nobodyTypes(ana)
  stage.server.resume()

  // A connection that stood still too long is begun anew, and what is typed meanwhile is not told.
  const writes = async () => {
    await ben.composer.press('d')
    return isTyping('Ben', ana).isVisible()
  }
  await expect.poll(writes, { interval: 300 }).toBe(true)
  await ben.leave()
  await nobodyTypes(ana)
})

it('where motion is not wanted, nothing moves', async () => {
  const ana = await stage.person('Ana', { reducedMotion: 'reduce' })
  const path = await ana.createRoom('Still')
  const ben = await stage.person('Ben')
  await ben.join(path)
  await ben.composer.pressSequentially('hel')
  await isTyping('Ben', ana).waitFor()
  const repeats = await ana.page
    .locator('.hf-typing-dot')
    .first()
    .evaluate(dot => getComputedStyle(dot).animationIterationCount)
  expect(repeats).toBe('1')
})

it('the sentence reads from the left whatever the direction of a name, and a name from the right keeps its own', async () => {
  const [ana, noor] = await together('Both ways', 'نور (dock)')
  if (noor === undefined) return expect.unreachable()
  await noor.composer.pressSequentially('hel')
  await isTyping('نور (dock)', ana).waitFor()
  const places = await line(ana).evaluate(element => {
    const bdi = element.querySelector('bdi')
    const after = bdi?.nextSibling
    if (bdi == null || after == null) return null
    const range = document.createRange()
    range.selectNodeContents(after)
    const [name, words] = [bdi.getBoundingClientRect(), range.getBoundingClientRect()]
    return { name: bdi.textContent, nameEnds: name.right, wordsBegin: words.left }
  })
  expect(places?.name).toBe('نور (dock)')
  expect(places?.wordsBegin).toBeGreaterThanOrEqual((places?.nameEnds ?? Number.NaN) - 1)
  await ana.page.getByRole('button', { name: '2 members' }).click()
  const faces = await ana.page.locator('.hf-member').evaluateAll(rows =>
    rows.map(row => {
      const [face, words] = ['.hf-member-face', '.hf-member-name'].map(each =>
        row.querySelector(each)?.getBoundingClientRect(),
      )
      return Math.round((words?.left ?? Number.NaN) - (face?.right ?? Number.NaN))
    }),
  )
  expect(new Set(faces).size, 'every name begins beside its face').toBe(1)
})

it('a long name is shortened, and not what is said of it', async () => {
  const [ana, long] = await together('Long', 'Bartholomew Featherstonehaugh-Cholmondeley')
  if (long === undefined) return expect.unreachable()
  await ana.page.setViewportSize({ width: 390, height: 844 })
  await long.composer.pressSequentially('hel')
  await isTyping('Bartholomew Feathers…', ana).waitFor()
  const isCut = await ana.page.locator('.hf-typing-words').evaluate(words => words.scrollWidth > words.clientWidth)
  expect(isCut).toBe(false)
})
