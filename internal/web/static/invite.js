// The secret of an invitation is in the fragment of the link, which browsers send to no
// server, so that no log has it. This moves it into the form, and out of the address.
const form = document.getElementById('code');
const secret = decodeURIComponent(location.hash.slice(1));
if (secret) {
  history.replaceState(null, '', location.pathname + location.search);
  form.elements.secret.value = secret;
  form.requestSubmit();
}
