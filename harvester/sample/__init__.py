"""The sample federation: a made-up country of portals on loopback, for the demo, the tests and the benchmarks.

``population`` says which datasets exist and who republishes them, ``speakers`` says it in the portals' protocols,
``server`` serves it, ``federation`` starts and stops it. Everything follows from a seed. Nothing here knows of
``search`` or ``api``.
"""
