import { hashKey, QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, it, vi } from 'vitest'
import { isUnattended, refreshBefore } from './unattended.ts'

// shown asks a question as a page does, and notes each time whether the page asked by itself.
function shown(client: QueryClient, queryKey: unknown[]) {
  const asked: boolean[] = []
  const queryFn = async () => asked.push(isUnattended(hashKey(queryKey)))
  const stop = new QueryObserver(client, { queryKey, queryFn }).subscribe(() => {})
  return { asked, stop }
}

it('asks again by itself what was answered before, and nothing else', async () => {
  const client = new QueryClient()
  const page = shown(client, ['Learning', { person: 'E1' }, 'en'])
  const frame = shown(client, ['Me'])
  const left = shown(client, ['Team', {}, 'en'])
  await vi.waitFor(() => expect([page.asked, frame.asked, left.asked]).toEqual([[false], [false], [false]]))
  await vi.waitFor(() => expect(client.isFetching()).toBe(0))
  left.stop()

  refreshBefore(client, 0) // everything shown is newer
  expect(page.asked).toEqual([false])

  refreshBefore(client, Number.POSITIVE_INFINITY)
  await vi.waitFor(() => expect(page.asked).toEqual([false, true]))
  await vi.waitFor(() => expect(client.isFetching()).toBe(0))
  expect([frame.asked, left.asked]).toEqual([[false], [false]])

  await client.invalidateQueries() // as after an act of the person
  expect(page.asked).toEqual([false, true, false])
  client.clear()
})
