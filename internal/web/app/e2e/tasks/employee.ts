import { expect } from 'vitest'
import type { Visit } from '../browser.ts'
import { taskOf, type Where } from './task.ts'

// The employee has a phone.
export function employeeTasks(place: Where): void {
  const task = taskOf(place, 'employee', 390)

  task('what do I learn next, and why', 0, async ({ page }) => {
    const cards = page.getByRole('article')
    expect(await cards.count()).toBe(3)
    for (const text of await cards.allTextContents()) expect(text).toMatch(/\d+ 分钟.*(要求|因为|先)/)
    const first = await cards.first().getByRole('heading').textContent()
    expect(await page.getByRole('main').getByText('每周').first().textContent()).toContain(`先学“${first}”`)
    return undefined
  })

  task(
    'what do I learn next, in English',
    0,
    async ({ page }) => {
      await page.getByRole('heading', { name: /% done, .* to go/ }).waitFor()
      expect(await page.getByRole('article').first().textContent()).toMatch(/\d+ min.*requires/)
      return undefined
    },
    'en',
  )

  task('open what teaches it', 1, async (visit) => {
    await visit.page.context().route('https://learn.example.com/**', (route) => route.fulfill({ body: 'a course' }))
    const start = visit.page
      .getByRole('article')
      .first()
      .getByRole('link', { name: /^开始学习/ })
    const [course] = await Promise.all([visit.page.context().waitForEvent('page'), visit.click(start)])
    await course.waitForURL((await start.getAttribute('href')) as string)
    return undefined
  })

  task('I have finished it', 3, async (visit) => {
    const name = await assess(visit, '我学完了', '掌握 70%')
    await visit.said(new RegExp(`已记录。“${name}”的掌握程度现为`))
    return () => showsEvidence(visit, name, '70%')
  })

  task('I know this already', 3, async (visit) => {
    const name = await assess(visit, '我已掌握', '熟练 85%')
    await visit.said(new RegExp(`已记录。“${name}”的掌握程度现为`))
    return () => showsEvidence(visit, name, '85%')
  })

  task('find out what I know with a question', 2, async (visit) => {
    const { page } = visit
    await visit.click(page.getByRole('button', { name: '快速摸底' }))
    await page.getByText('您会这个吗？').waitFor()
    expect(await page.getByText('回答按自评计入').count()).toBe(1)
    const answered = page.getByText(/^已回答 \d+ 题$|^还没有回答$/)
    const count = async () => Number(/\d+/.exec((await answered.textContent()) ?? '') ?? 0)
    const before = await count()
    await visit.click(page.getByRole('button', { name: '不会', exact: true }))
    await page.getByText(`已回答 ${before + 1} 题`).waitFor()
    return () => page.getByText(`已回答 ${before + 1} 题`).waitFor()
  })

  task('how long does it take with 8 hours a week', 1, async (visit) => {
    const { page } = visit
    const lead = page.getByRole('main').getByText('每周').first()
    const weeks = async () => Number(/约 (\d+) 周/.exec((await lead.textContent()) ?? '')?.[1])
    const before = await weeks()
    const slider = page.locator('.hours-slider')
    const box = await slider.boundingBox()
    if (visit.byKeys) {
      await visit.tabTo(slider.getByRole('slider'))
      for (let hours = 4; hours < 8; hours++) await visit.press('ArrowRight')
    } else await visit.click(slider, { position: { x: ((box?.width ?? 0) * 7) / 19, y: (box?.height ?? 0) / 2 } })
    await lead.getByText('8 小时').waitFor()
    expect(await weeks()).toBeLessThan(before)
    expect(await page.getByRole('heading', { name: /^第 1 周 [78] 小时/ }).count()).toBe(1)
    return () => lead.getByText('8 小时').waitFor()
  })

  task('what is missing for another position', 3, async (visit) => {
    const { page } = visit
    await visit.choose(page.getByRole('combobox', { name: '目标岗位' }), '业务专家')
    await page.waitForURL(/position=POS-BE/)
    await visit.click(page.getByRole('tab', { name: '差距' }))
    const gaps = page.getByRole('tabpanel', { name: '差距' })
    await gaps.getByText(/\d+ \/ \d+ 项达标，达成度 \d+%/).waitFor()
    await gaps.getByRole('table').first().getByText('未评估').first().waitFor()
    return undefined
  })

  task('why does it say that I am below', 1, async (visit) => {
    await visit.click(visit.page.getByRole('tab', { name: '记录' }))
    const row = visit.page.getByRole('row').filter({ hasText: '用 JOIN 关联多张表' }).filter({ hasText: 'SQL-JOIN-2' })
    await row.getByText('掌握度 42.9% → 36.7%').waitFor()
    return undefined
  })

  task('object to what is said of me', 4, async (visit) => {
    const { page } = visit
    const reason = '这个分数是代同事登记的'
    await visit.click(page.getByRole('tab', { name: '隐私' }))
    await visit.click(page.getByRole('button', { name: '提出异议' }))
    const dialogue = page.getByRole('dialog', { name: '对评估结果提出异议' })
    await dialogue.locator('#point:focus').waitFor() // one types at once
    await page.keyboard.type('计量单位')
    await visit.click(visit.option('规范填写计量单位'))
    await visit.fill(dialogue.getByRole('textbox', { name: '哪里不对' }), reason)
    await visit.click(dialogue.getByRole('button', { name: '提出异议' }))
    await visit.said('异议已提交给 HR。')
    await page.getByText(reason).waitFor()
    return () => page.getByRole('listitem').filter({ hasText: reason }).getByText('尚未答复').waitFor()
  })

  task('take my data with me', 2, async (visit) => {
    const { page } = visit
    await visit.click(page.getByRole('tab', { name: '隐私' }))
    const [file] = await Promise.all([page.waitForEvent('download'), visit.click(page.getByRole('link', { name: '下载我的数据' }))])
    expect(file.suggestedFilename()).toMatch(/\.zip$/)
    expect(await file.failure()).toBe(null)
    return undefined
  })
}

// assess says of the first step that offers it how well it is mastered, and returns its name.
async function assess(visit: Visit, act: string, level: string): Promise<string> {
  const button = visit.page.getByRole('button', { name: act })
  const card = visit.page.getByRole('article').filter({ has: button }).first()
  const name = (await card.getByRole('heading').textContent()) ?? ''
  await visit.click(card.getByRole('button', { name: act }))
  const dialogue = visit.page.getByRole('dialog', { name })
  expect(await dialogue.getByRole('radio', { checked: true }).count(), 'levels chosen before').toBe(0)
  await visit.click(dialogue.getByText(level))
  await visit.click(dialogue.getByRole('button', { name: '保存' }))
  return name
}

async function showsEvidence(visit: Visit, name: string, score: string): Promise<void> {
  await visit.page.getByRole('tab', { name: '记录' }).click()
  const row = visit.page.getByRole('row').filter({ hasText: name }).filter({ hasText: '自评' })
  await row.getByRole('cell', { name: score, exact: true }).first().waitFor()
}
