using Mezzotint.Cli;

using var interruption = new Interruption(Console.Error);
return CommandLine.Run(args, new Session(Console.Out, Console.Error, Session.IsInteractive(), interruption.Token));
