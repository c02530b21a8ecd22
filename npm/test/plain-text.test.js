// plainText: the catalogue's HTML as text, and nothing in it that a page would run, or that turns the text around.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from '../dist/index.js';

for (const [what, html, text] of [
  ['blocks and lines', '<p>One</p>\n<p>Two<br>Three<br/>Four</p>Five<div class="x">Six</div>', 'One\nTwo\nThree\nFour\nFive\nSix'],
  ['lists', '<P>Steps:</P><ol>\r\n  <li>Go to <a href="https://x.example">the shop</a>\n  <LI><p>Enter it</p></li></ol>Done', 'Steps:\n- Go to the shop\n- Enter it\nDone'],
  ['headings and rows', '<h2>Terms</h2><table><tr><td>A</td></tr><tr><td>B</td></tr></table>', 'Terms\nA\nB'],
  ['words that no tag divides', '<b>bo</b>ld and <em>italic</em>', 'bold and italic'],
  ['entities', '&lt;b&gt; &amp;lt; &quot;&apos;&#39;&#x41;&#X1F600;&nbsp;x &hearts; &constructor; &xacute;', '<b> &lt; "\'\'A\u{1f600}\u00a0x &hearts; &constructor; x\u0301'],
  ['what is written in French, Italian and German', 'caf&eacute; &Agrave; l&rsquo;&oelig;uvre &laquo;no&euml;l&raquo; &ndash; &ccedil;a, perch&eacute;, stra&szlig;e, &Uuml;ber&hellip; 50&nbsp;&euro;', 'caf\u00e9 \u00c0 l\u2019\u0153uvre \u00abno\u00ebl\u00bb \u2013 \u00e7a, perch\u00e9, stra\u00dfe, \u00dcber\u2026 50\u00a0\u20ac'],
  ['numbers that Windows gave characters', 'l&#146;eau &#x93;x&#148; &#128;', 'l\u2019eau \u201cx\u201d \u20ac'],
  ['numbers of no character', 'a&#x110000;&#99999999999;b', 'ab'],
  ['a text that is none of it', 'for 5 < 6\nand  7 > 3\n\n- as it is', 'for 5 < 6\nand 7 > 3\n- as it is'],
  ['controls, however they are written', 'a\u0000b\u001b[31m\u0085c&#7;&#x8f;\td', 'ab[31mc d'],
  ['what turns text around, however it is written', '\u202eevil\u202c \u2066x\u2069 &#x202E;y&#8297;', 'evil x y'],
  ['a comment, a cut tag', 'a<!-- <b>x</b> -->b<a href="https://x', 'ab'],
]) {
  test(what, () => assert.equal(plainText(html), text));
}

test('what is nothing is no text', () => {
  for (const nothing of [undefined, null, '', '<p></p>']) assert.equal(plainText(nothing), '');
});

test('no tag is left, whatever it is hidden in', () => {
  for (const html of ['<img src=x onerror=alert(1)>', '<scr<script>ipt>alert(1)</scr</script>ipt>', '<svg/onload=alert(1)//', '<!--><img src=x>', '</p><iframe>']) {
    assert.doesNotMatch(plainText(html), /<[a-z/!]/i, html);
  }
});

test('a hostile text takes no longer than its length', () => {
  for (const part of ['<', '<a ', '<!--', '<li', '&#', '&a', ' ', '\r ', '\n ', '\n- ']) {
    const begun = performance.now();
    plainText(part.repeat(300_000));
    assert.ok(performance.now() - begun < 5000, part);
  }
});
