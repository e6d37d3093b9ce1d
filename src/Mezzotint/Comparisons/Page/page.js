'use strict';
// The page of a comparison: rows are held as data, and only what is seen is in the document, so that thousands of them stay smooth.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const find = id => document.getElementById(id);
  const names = data.models.map(model => model.name);
  const state = { row: 0, view: 'side', zoom: 0, left: null, right: null, at: 50, page: 0 };
  const rowsAPage = 60;

  const make = (tag, attributes, ...inside) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
      else if (value !== null && value !== undefined) element.setAttribute(key, value);
    }
    for (const one of inside) element.append(one);
    return element;
  };
  const number = value => value === null ? '-' : value === 'equal' ? 'equal' : Math.abs(value) >= 2 ? value.toFixed(2) : value.toFixed(4);
  const show = (id, seen) => { find(id).hidden = !seen; };

  // What can be looked at in a row: the input, each model's picture, the truth.
  const choices = row => [
    ...(row.input ? [{ name: 'input', picture: row.input, model: null }] : []),
    ...row.made.map((picture, model) => ({ name: names[model], picture, model })),
    ...(row.truth ? [{ name: 'truth', picture: row.truth, model: null }] : []),
  ];

  // A picture at the size of the row's largest, enlarged or reduced as the reader likes: 0 fits the window.
  const extent = row => row.made.reduce((most, one) => one.width > most.width ? one : most, row.made[0]);
  const sizeOf = (row, room) => {
    const largest = extent(row);
    const most = Math.max(4, Math.floor(320 / largest.width)); // small pictures are seen as pixels
    const factor = state.zoom || Math.min(most, Math.max(0.05, room / largest.width), Math.max(0.05, innerHeight * 0.72 / largest.height));
    return { width: Math.max(1, Math.round(largest.width * factor)), height: Math.max(1, Math.round(largest.height * factor)) };
  };
  const image = (picture, size, alt) => make('img', {
    src: picture.src, alt, width: size.width, height: size.height, draggable: 'false', class: size.width >= 2 * picture.width ? 'pixels' : null,
  });

  const scoreText = (row, model) => model === null || !row.scores.length ? ''
    : data.scores.slice(0, 2).map((score, i) => `${score.name} ${number(row.scores[model][i])}`).join('  ');

  const drawSide = row => {
    const all = choices(row), room = Math.max(160, (find('view').clientWidth - 14 * (all.length - 1)) / Math.min(all.length, 4) - 2);
    const size = sizeOf(row, room);
    find('view').replaceChildren(make('div', { class: 'cells' }, ...all.map(one => make('figure', { class: 'scroll' },
      make('figcaption', { style: `width:${Math.max(120, size.width)}px` }, one.name, make('small', {}, scoreText(row, one.model) || '\u00a0')), image(one.picture, size, `${one.name} of ${row.name}`)))));
  };

  const drawSlider = row => {
    const all = choices(row), at = index => all[Math.min(index, all.length - 1)];
    if (state.left === null) [state.left, state.right] = [row.input ? 1 : 0, (row.input ? 1 : 0) + names.length - 1]; // the first model and the last
    const left = at(state.left), right = at(state.right), size = sizeOf(row, find('view').clientWidth - 4);
    const over = make('div', { class: 'over' }, image(left.picture, size, `${left.name} of ${row.name}`));
    const line = make('div', { class: 'line' });
    const box = make('div', { class: 'slider', style: `width:${size.width}px;height:${size.height}px` },
      image(right.picture, size, `${right.name} of ${row.name}`), over, line,
      make('span', { class: 'tag left' }, left.name), make('span', { class: 'tag right' }, right.name));
    const range = make('input', { type: 'range', min: '0', max: '100', step: '1', value: state.at, 'aria-label': `How much of ${left.name} is seen` });
    const move = value => {
      state.at = Math.min(100, Math.max(0, value));
      over.style.clipPath = `inset(0 ${100 - state.at}% 0 0)`;
      line.style.left = `${state.at}%`;
      range.value = state.at;
    };
    const drag = event => { const place = box.getBoundingClientRect(); move(100 * (event.clientX - place.left) / place.width); };
    box.addEventListener('pointerdown', event => { event.preventDefault(); range.focus(); box.setPointerCapture(event.pointerId); drag(event); });
    box.addEventListener('pointermove', event => { if (event.buttons) drag(event); });
    range.addEventListener('input', () => move(Number(range.value)));
    const select = (key, label) => {
      const list = make('select', { onchange: event => { state[key] = Number(event.target.value); draw(); } },
        ...all.map((one, i) => make('option', { value: i }, one.name)));
      list.value = String(Math.min(state[key], all.length - 1));
      return make('label', {}, `${label} `, list);
    };
    find('view').replaceChildren(make('div', { class: 'bar' }, select('left', 'left'), select('right', 'right')), make('div', { class: 'scroll' }, box), range);
    move(state.at);
  };

  const drawScores = row => {
    show('scores', data.scores.length > 0);
    if (!data.scores.length) return;
    const best = (values, higher) => {
      const finite = values.filter(value => typeof value === 'number');
      return values.includes('equal') ? 'equal' : higher ? Math.max(...finite) : Math.min(...finite);
    };
    const table = (caption, values) => make('table', {},
      make('thead', {}, make('tr', {}, make('th', {}, caption), ...data.scores.map(score => make('th', { class: 'n' }, `${score.name} ${score.higher ? '↑' : '↓'}`)))),
      make('tbody', {}, ...names.map((name, model) => make('tr', {}, make('td', {}, name), ...data.scores.map((score, i) => {
        const column = values.map(row => row[i]);
        return make('td', { class: column[model] !== null && column[model] === best(column, score.higher) ? 'n best' : 'n' }, number(column[model]));
      })))));
    find('scores').replaceChildren(make('h2', {}, 'Scores'), table(`mean of ${data.rows.length}`, data.means), table(row.name, row.scores),
      make('details', {}, make('summary', {}, 'How they were taken'), ...data.scores.map(score => make('p', {}, `${score.name}: ${score.protocol}`))));
  };

  const drawStrip = () => {
    show('strip', data.rows.length > 1);
    if (data.rows.length < 2) return;
    const pages = Math.ceil(data.rows.length / rowsAPage), first = state.page * rowsAPage;
    const list = make('div', { class: 'strip' }, ...data.rows.slice(first, first + rowsAPage).map((row, i) => make('button',
      { 'aria-current': String(first + i === state.row), title: row.name, onclick: () => { state.row = first + i; draw(); scrollTo(0, 0); } },
      make('img', { src: (row.input || row.made[0]).src, alt: '', loading: 'lazy' }), make('span', {}, row.name))));
    const turn = step => make('button', { onclick: () => { state.page += step; drawStrip(); } }, step < 0 ? 'Before' : 'After');
    const bar = make('div', { class: 'bar' });
    if (pages > 1) {
      const [before, after] = [turn(-1), turn(1)];
      before.disabled = state.page === 0;
      after.disabled = state.page === pages - 1;
      bar.append(before, make('span', { class: 'count' }, `${state.page + 1} of ${pages}`), after);
    }
    find('strip').replaceChildren(make('h2', {}, 'All'), bar, list);
  };

  const hint = voting => {
    find('hint').textContent = voting
      ? 'Which picture is better? Sides and order are shuffled, and names come at the end. Keys: left, right, down for no difference.'
      : `Keys: left and right go from row to row${state.view === 'slide' ? '; on the slider, which a click or the tab key reaches, they move it' : ''}.`;
  };

  const draw = () => {
    hint(false);
    const row = data.rows[state.row];
    find('where').textContent = `${state.row + 1} of ${data.rows.length}`;
    find('name').textContent = row.name;
    find('previous').disabled = state.row === 0;
    find('next').disabled = state.row === data.rows.length - 1;
    for (const view of ['side', 'slide']) find(view).setAttribute('aria-selected', String(state.view === view));
    (state.view === 'side' ? drawSide : drawSlider)(row);
    drawScores(row);
    state.page = Math.floor(state.row / rowsAPage);
    drawStrip();
  };
  const go = step => { state.row = Math.min(data.rows.length - 1, Math.max(0, state.row + step)); draw(); };

  // The score interval of a share at 95 % (Wilson 1927).
  const interval = (successes, trials) => {
    if (!trials) return [0, 1];
    const z = 1.959963984540054, share = successes / trials, square = z * z;
    const middle = (share + square / (2 * trials)) / (1 + square / trials);
    const half = z / (1 + square / trials) * Math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials));
    return [successes === 0 ? 0 : Math.max(0, middle - half), successes === trials ? 1 : Math.min(1, middle + half)];
  };

  const below = count => { // without the bias of a remainder
    const limit = Math.floor(0x100000000 / count) * count, word = new Uint32Array(1);
    do crypto.getRandomValues(word); while (word[0] >= limit);
    return word[0] % count;
  };
  const shuffled = list => {
    for (let i = list.length - 1; i > 0; i--) { const j = below(i + 1); [list[i], list[j]] = [list[j], list[i]]; }
    return list;
  };

  const vote = { session: '', trials: [], votes: [], begun: 0 };
  const key = `mezzotint-votes-${data.id}`;
  const keep = () => { try { localStorage.setItem(key, JSON.stringify({ session: vote.session, trials: vote.trials, votes: vote.votes })); } catch { /* a page from a file may have no store */ } };
  const begin = () => {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { kept = null; }
    if (kept && kept.session && kept.votes.length < kept.trials.length) Object.assign(vote, kept);
    else {
      vote.session = Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');
      vote.votes = [];
      const trials = [];
      for (let row = 0; row < data.rows.length; row++)
        for (let a = 0; a < names.length; a++)
          for (let b = a + 1; b < names.length; b++) trials.push(below(2) ? [row, a, b] : [row, b, a]);
      vote.trials = shuffled(trials);
    }
    ask();
  };
  const ask = () => {
    hint(true);
    if (vote.votes.length === vote.trials.length) { result(); return; }
    const [index, left, right] = vote.trials[vote.votes.length], row = data.rows[index];
    const room = Math.max(160, find('ballot').clientWidth / 2 - 16), size = sizeOf(row, room);
    const side = (label, model, choice) => make('div', {}, make('div', { class: 'scroll' }, image(row.made[model], size, `picture ${label}`)),
      make('button', { id: `choose-${choice}`, onclick: () => cast(choice) }, `${label} is better`));
    find('ballot').replaceChildren(
      make('div', { class: 'bar' }, make('span', { class: 'count' }, `${vote.votes.length + 1} of ${vote.trials.length}`),
        make('button', { id: 'choose-same', onclick: () => cast('same') }, 'No difference'), make('span', { class: 'grow' }),
        make('button', { id: 'stop', onclick: result }, 'Stop, and show the result')),
      make('div', { class: 'choices' }, side('A', left, 'left'), side('B', right, 'right')),
      ...(row.input ? [make('details', {}, make('summary', {}, 'What both were made of'), make('div', { class: 'scroll' }, image(row.input, size, 'input')))] : []));
    vote.begun = performance.now();
  };
  const cast = choice => {
    const [row, left, right] = vote.trials[vote.votes.length];
    vote.votes.push({ image: data.rows[row].name, left: names[left], right: names[right], choice, seconds: Math.round((performance.now() - vote.begun) / 100) / 10 });
    keep();
    ask();
  };
  const result = () => {
    const pairs = [];
    for (let a = 0; a < names.length; a++) {
      for (let b = a + 1; b < names.length; b++) {
        const own = vote.votes.filter(one => (one.left === names[a] && one.right === names[b]) || (one.left === names[b] && one.right === names[a]));
        const won = name => own.filter(one => one.choice !== 'same' && one[one.choice] === name).length;
        pairs.push({ a: names[a], b: names[b], first: won(names[a]), second: won(names[b]), same: own.filter(one => one.choice === 'same').length });
      }
    }
    const percent = value => `${Math.round(100 * value)} %`;
    const line = pair => {
      const decided = pair.first + pair.second, [low, high] = interval(pair.first, decided);
      const verdict = low > 0.5 ? `${pair.a} is preferred` : high < 0.5 ? `${pair.b} is preferred` : 'the votes do not tell';
      const bar = make('div', { class: 'share' }, make('i', { style: `left:${100 * low}%;width:${100 * (high - low)}%` }));
      if (decided) bar.append(make('b', { style: `left:${100 * pair.first / decided}%` }));
      return make('tr', {}, make('td', {}, `${pair.a} or ${pair.b}`), make('td', { class: 'n' }, pair.first), make('td', { class: 'n' }, pair.second),
        make('td', { class: 'n' }, pair.same), make('td', { class: 'n' }, decided ? `${percent(pair.first / decided)} (${percent(low)} to ${percent(high)})` : '-'),
        make('td', {}, bar), make('td', {}, verdict));
    };
    find('ballot').replaceChildren(make('h2', {}, `Result of ${vote.votes.length} votes`),
      make('div', { class: 'scroll' }, make('table', { id: 'result' }, make('thead', {}, make('tr', {}, make('th', {}, 'models'), make('th', { class: 'n' }, 'for the first'),
        make('th', { class: 'n' }, 'for the second'), make('th', { class: 'n' }, 'no difference'), make('th', { class: 'n' }, 'share of the first, 95 %'), make('th', {}), make('th', {}))),
      make('tbody', {}, ...pairs.map(line)))),
      make('div', { class: 'bar' }, make('button', { id: 'export', onclick: save }, 'Save the votes'), make('button', { onclick: again }, 'Vote again')),
      make('p', {}, 'Sum the votes of several people with: mezzo compare --votes votes*.json'));
    show('compare', true);
    draw();
  };
  const again = () => {
    try { localStorage.removeItem(key); } catch { /* none there */ }
    vote.votes = [];
    vote.trials = [];
    show('compare', false);
    begin();
  };
  const exported = () => ({
    format: data.votes, version: 1, comparison: data.id, session: vote.session, saved: new Date().toISOString(), models: data.models, votes: vote.votes,
  });
  const save = () => {
    const link = make('a', { href: URL.createObjectURL(new Blob([JSON.stringify(exported(), null, 1)], { type: 'application/json' })), download: `votes-${vote.session.slice(0, 8)}.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const redraw = () => { if (!find('compare').hidden) draw(); if (data.blind && find('choose-left')) ask(); };
  find('side').addEventListener('click', () => { state.view = 'side'; draw(); });
  find('slide').addEventListener('click', () => { state.view = 'slide'; draw(); });
  find('previous').addEventListener('click', () => go(-1));
  find('next').addEventListener('click', () => go(1));
  find('zoom').addEventListener('change', event => { state.zoom = Number(event.target.value); redraw(); });
  addEventListener('resize', redraw);
  addEventListener('keydown', event => {
    if (event.target.matches('select, input') || event.altKey || event.ctrlKey || event.metaKey) return;
    const choice = { ArrowLeft: 'left', ArrowRight: 'right', ArrowDown: 'same' }[event.key];
    if (!choice) return;
    if (data.blind && find('choose-left')) { event.preventDefault(); if (!event.repeat) cast(choice); } // a key held down is one vote
    else if (choice !== 'same' && !find('compare').hidden) go(choice === 'left' ? -1 : 1);
  });
  show('compare', !data.blind);
  show('ballot', data.blind);
  if (data.blind) begin();
  else draw();
  // For tests and for those who gather votes another way.
  globalThis.mezzotint = { cast, exported, interval, trials: () => vote.trials, data };
})();
