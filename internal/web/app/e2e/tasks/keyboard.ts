// Tasks once more, by keyboard alone. Keys that move the focus do not count.
import { expect, onTestFinished } from 'vitest'
import { type Role, Visit } from '../browser.ts'
import { onSQLiteAlone, type Where } from './task.ts'
import { recorded } from './team.ts'

export function keyboardTasks(place: Where): void {
  const task = (who: Role, name: string, work: (visit: Visit) => Promise<unknown>) =>
    onSQLiteAlone(place)(`${who}, by keyboard: ${name}`, async () => {
      const visit = await Visit.begin(place().browser, place().url, who)
      onTestFinished(() => visit.end())
      await visit.open('/')
      await work(visit)
      expect(visit.faults).toEqual([])
    })

  task('employee', 'from the next step to finished', async (visit) => {
    const { page } = visit
    const review = page.getByRole('button', { name: '复习完了' })
    const card = page.getByRole('article').filter({ has: review }).first()
    const name = (await card.getByRole('heading').textContent()) ?? ''
    await visit.tabTo(card.getByRole('button', { name: '复习完了' }))
    await visit.press('Enter')
    const dialogue = page.getByRole('dialog', { name: `复习完了：${name}` })
    await visit.tabTo(dialogue.getByRole('radio').first())
    await visit.press('ArrowDown')
    await visit.press('ArrowDown')
    expect(await dialogue.getByRole('radio', { checked: true }).count()).toBe(1)
    await visit.tabTo(dialogue.getByRole('button', { name: '保存' }))
    await visit.press('Enter')
    await visit.said(new RegExp(`已记录。“${name}”`))
    await dialogue.waitFor({ state: 'hidden' })
    expect(await page.evaluate(() => document.activeElement?.tagName), 'where the focus is').not.toBe('BODY')
  })

  task('manager', 'from a cell of the heat map to a rating', async (visit) => {
    const { page } = visit
    await visit.tabTo(page.locator('.heat [tabindex="0"]'))
    const cells = page.locator('.heat-row-person').first().locator('[data-opens]')
    const wanted = cells.first()
    for (let i = 0; i < 20 && !(await wanted.evaluate((e) => e === document.activeElement)); i++) {
      const [row, column] = await page.evaluate(() => {
        const { row, column } = (document.activeElement as HTMLElement).dataset
        return [Number(row), Number(column)]
      })
      const to = await wanted.evaluate((e) => [Number(e.dataset.row), Number(e.dataset.column)])
      await page.keyboard.press(row! < to[0]! ? 'ArrowDown' : row! > to[0]! ? 'ArrowUp' : column! < to[1]! ? 'ArrowRight' : 'ArrowLeft')
    }
    await visit.press('Enter')
    const drawer = page.getByRole('dialog').first()
    const button = drawer.getByRole('button', { name: /^记录“/ }).first()
    const point = /“(.*)”/.exec((await button.getAttribute('aria-label')) ?? '')?.[1] ?? ''
    await visit.tabTo(button)
    await visit.press('Enter')
    const dialogue = page.getByRole('dialog', { name: /^为.*记录结果$/ })
    await visit.tabTo(dialogue.getByRole('radiogroup', { name: '等级' }).getByRole('radio').first())
    await visit.press('ArrowDown')
    await visit.tabTo(dialogue.getByRole('button', { name: '保存' }))
    await visit.press('Enter')
    await recorded(visit, point)
    await visit.press('Enter') // the focus is on what ends it
    await dialogue.waitFor({ state: 'hidden' })
    await visit.press('Escape')
    await drawer.waitFor({ state: 'hidden' })
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'where the focus is').toBe('gridcell')
  })

  task('expert', 'along an edge of a map to a point', async (visit) => {
    const { page } = visit
    await visit.open('/positions/POS-DA?tab=map')
    await visit.tabTo(page.locator('.map-box[tabindex="0"]'))
    const focused = () => page.evaluate(() => document.activeElement?.closest<SVGElement>('[data-node]')?.dataset.node)
    const from = await focused()
    await visit.press('ArrowRight')
    const to = await focused()
    expect(to).not.toBe(from)
    const name = (await page.locator(`[data-node="${to}"] title`).textContent()) ?? ''
    await visit.press('Enter')
    await page.getByRole('complementary').getByRole('heading', { name }).waitFor()
    await visit.press('Enter')
    await page.waitForURL('**/catalog/points/*')
    await page.getByRole('heading', { level: 1, name }).waitFor()
  })

  task('hr', 'propose to erase a person', async (visit) => {
    const { page } = visit
    visit.byKeys = true
    await visit.click(visit.entry('人员'))
    await visit.click(page.getByRole('button', { name: '编辑: 石磊' }))
    await visit.click(page.getByRole('dialog', { name: '编辑石磊' }).getByRole('button', { name: '彻底清除' }))
    const dialogue = page.getByRole('dialog', { name: '彻底清除石磊的个人信息？' })
    await visit.fill(dialogue.getByRole('textbox', { name: /以确认$/ }), 'E036')
    await visit.click(dialogue.getByRole('button', { name: '彻底清除' }))
    await page.getByText('彻底清除正在等待另一位全公司人力资源二次批准。').waitFor()
    await visit.click(visit.entry('审批'))
    await page.getByRole('row').filter({ hasText: 'E036' }).first().waitFor()
  })
}
